import type * as yaml from "yaml";

/** Documents as the text of one YAML file. The library is loaded when it is needed. */
export function yamlText(...documents: readonly object[]): string {
  const { stringify } = module.require("yaml") as typeof yaml;
  return documents
    .map((document) => stringify(document, { lineWidth: 0, aliasDuplicateObjects: false }))
    .join("---\n");
}

export function parseYaml(text: string): unknown {
  return (module.require("yaml") as typeof yaml).parse(text) as unknown;
}
