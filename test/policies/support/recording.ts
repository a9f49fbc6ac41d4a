/**
 * Resources as Pulumi's engine hands them to providers and policies: recorded from previews with the real plugins, without
 * what is another one in every run.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { unknownText } from "../../../policies/core/value";
import { assertGolden } from "../../unit/spec/golden";
import type { Recorded } from "./recorded";

const folder = path.join(__dirname, "../../fixtures/policies/recorded");
const fileOf = (name: string) => path.join(folder, `${name}.json`);

/** What `pulumi preview --json` writes, as far as it is recorded. */
interface PreviewJson {
  readonly steps: readonly {
    readonly newState?: {
      readonly urn: string;
      readonly type: string;
      readonly protect?: boolean;
      readonly inputs?: Readonly<Record<string, unknown>>;
    };
  }[];
}

/** What of a preview is recorded. */
export function recordingOf(text: string, outputs: Recorded["outputs"]): Recorded {
  const { steps } = JSON.parse(text) as PreviewJson;
  const scrub = scrubber();
  const resources = steps
    .flatMap(({ newState }) => newState ?? [])
    .map(({ urn, type, protect, inputs = {} }) => ({
      urn,
      type,
      name: urn.slice(urn.lastIndexOf("::") + 2),
      inputs,
      isProtected: protect === true,
    }))
    .filter(({ type }) => type !== "pulumi:pulumi:Stack")
    .sort((a, b) => (a.urn < b.urn ? -1 : 1));
  return {
    resources: resources.map((resource) => ({ ...resource, inputs: scrub(resource.inputs) })),
    outputs,
  };
}

/** That a preview registers what was recorded; `UPDATE_GOLDEN=1` records it. */
export function assertRecorded(name: string, { resources, outputs }: Recorded): void {
  assertGolden(fileOf(name), `${JSON.stringify({ resources, outputs }, undefined, 2)}\n`);
}

export function recording(name: string): Recorded {
  return JSON.parse(readFileSync(fileOf(name), "utf8")) as Recorded;
}

/** Texts that are others in every run, and what stands for them. */
const passing: readonly (readonly [form: RegExp, stand: (index: number) => string])[] = [
  [/-----BEGIN [^-]+-----[^]*?-----END [^-]+-----\n?/g, () => "PEM"],
  [/\bssh-ed25519 \S+/g, () => "ssh-ed25519 KEY"],
  [
    /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/g,
    (index) => `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
  ],
  // The lab's vCenter.
  [/^127\.0\.0\.1:\d{5}$/g, () => "vcenter.test"],
  // A hash of what cloud-init gets, with keys and certificates of this run.
  [/^[0-9a-f]{16}$/g, (index) => String(index).padStart(16, "0")],
  // cloud-init's user data and metadata, compressed or not.
  [/^[A-Za-z0-9+/]{80,}={0,2}$/g, () => Buffer.from("#cloud-config\n").toString("base64")],
];

/** Leaves out what is another one in every run, and secrets; the same text has the same stand-in everywhere. */
export function scrubber(): <T>(value: T) => T {
  const known = passing.map(() => new Map<string, string>());
  const scrub = (value: unknown): unknown => {
    if (typeof value === "string") {
      if (value === unknownText) return value;
      return passing.reduce(
        (text, [form, stand], at) =>
          text.replace(form, (match) => {
            const before = known[at] ?? new Map<string, string>();
            const found = before.get(match) ?? stand(before.size + 1);
            before.set(match, found);
            return found;
          }),
        value,
      );
    }
    if (Array.isArray(value)) return value.map(scrub);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, inner]) => [name, scrub(inner)]),
    );
  };
  return <T>(value: T) => scrub(value) as T;
}
