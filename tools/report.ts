import type { FoundPart } from "./index";

/** One line for each part: name, version, source. */
export function table(parts: readonly FoundPart[]): string {
  const width = Math.max(...parts.map(({ name }) => name.length));
  return parts
    .map(({ name, version, source }) => `${name.padEnd(width)}  ${version.padEnd(8)}  ${source}`)
    .join("\n");
}

/** One line: how to have official programs in place of those that Slipway builds. None where nothing is to be replaced. */
export function officialHint(parts: readonly FoundPart[]): readonly string[] {
  const pulumi = parts.find(({ name }) => name === "pulumi");
  const plugins = parts.filter(
    ({ name, source }) => name.startsWith("pulumi-resource-") && source !== "official",
  );
  const steps = [
    ...(pulumi === undefined || pulumi.source === "official"
      ? []
      : [`put Pulumi ${pulumi.version} on the PATH (https://www.pulumi.com/docs/install)`]),
    ...plugins.map(
      ({ name, version }) =>
        `pulumi plugin install resource ${name.replace("pulumi-resource-", "")} ${version}`,
    ),
  ];
  if (steps.length === 0) return [];
  return [`To use official programs instead of builds: ${steps.join("; ")}; then make setup`];
}
