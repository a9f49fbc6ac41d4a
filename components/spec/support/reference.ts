/** Writes docs/reference/compose.md from the table of fields: `node --require tsx/cjs components/spec/support/reference.ts`. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { format } from "prettier";
import { fields } from "./fields";
import type { Treatment } from "./types";

const intro = `# Compose fields

What becomes of every field of the [Compose Specification](https://compose-spec.io) on each orchestrator. *Warning*: it
is deployed without the field, and the deployment says so at its place in the file. *Error*: nothing is deployed.
`;

export const composeReferenceFile = path.join(__dirname, "../../../docs/reference/compose.md");

/** The reference page of Compose fields, as it is committed. */
export async function composeReference(): Promise<string> {
  const groups: readonly (readonly [string, (field: string) => boolean])[] = [
    ["Services", (field) => field.startsWith("services.*.") && !field.includes(".deploy.")],
    ["Services: deploy", (field) => field.includes(".deploy.")],
    ["Everything else", (field) => !field.startsWith("services.")],
  ];
  const sections = groups.map(([title, belongs]) => {
    const rows = fields
      .filter(({ field }) => belongs(field))
      .map(
        ({ field, swarm, kubernetes, when }) =>
          `| \`${field.replace("services.*.", "")}\`${when === undefined ? "" : " ¹"} | ${cell(swarm)} | ${cell(kubernetes)} |`,
      );
    return [
      `## ${title}`,
      "",
      "| field | Swarm | Kubernetes |",
      "| --- | --- | --- |",
      ...rows,
    ].join("\n");
  });
  const footnote = "¹ Only some values; the deployment says which.";
  const text = [intro, ...sections, footnote].join("\n\n");
  return format(text, { parser: "markdown", printWidth: 100 });
}

function cell(treatment: Treatment): string {
  switch (treatment.does) {
    case "honours":
      return treatment.how === undefined ? "yes" : `yes; ${treatment.how}`;
    case "ignores":
      return `warning: ${treatment.why}`;
    case "refuses":
      return `error: ${treatment.why}`;
  }
}

async function main(): Promise<void> {
  await writeFile(composeReferenceFile, await composeReference());
}

if (require.main === module) void main();
