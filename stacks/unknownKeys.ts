import * as pulumi from "@pulumi/pulumi";
import { nearest } from "../components/spec/words";

/**
 * Problems with keys of the configuration that nobody reads: what a mistyped key was to set would come from elsewhere,
 * or be missing.
 *
 * @param kind what the configuration is of, in words
 * @param known keys by namespace; other namespaces are not judged
 */
export function unknownKeys(
  kind: string,
  known: Readonly<Partial<Record<string, readonly string[]>>>,
): string[] {
  return Object.keys(pulumi.runtime.allConfig()).flatMap((key) => {
    const [namespace = "", name = ""] = key.split(":");
    const names = known[namespace];
    if (names === undefined || names.includes(name)) return [];
    const meant = nearest(name, names);
    const cure = meant === undefined ? "" : `did you mean ${namespace}:${meant}? `;
    return [`${key} is not known to ${kind}; ${cure}Remove it with \`pulumi config rm ${key}\``];
  });
}
