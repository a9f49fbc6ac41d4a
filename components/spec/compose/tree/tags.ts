import type { CollectionTag, ScalarTag, Tags } from "yaml";

/** Removes what the files before this one say. */
export const resetTag = "!reset";
/** Replaces what the files before this one say, instead of merging with it. */
export const overrideTag = "!override";

function everywhere(tag: string): (ScalarTag | CollectionTag)[] {
  return [
    { tag, resolve: (text) => text },
    { tag, collection: "map", resolve: (node) => node },
    { tag, collection: "seq", resolve: (node) => node },
  ];
}

/**
 * `0440` is octal, as in YAML 1.1 and in every Compose file there is; YAML 1.2 would read it as four hundred and forty.
 */
const octal: ScalarTag = {
  tag: "tag:yaml.org,2002:int",
  default: true,
  test: /^[-+]?0[0-7]+$/,
  resolve: (text) => Number.parseInt(text, 8),
};

/** YAML as Compose reads it. */
export function composeTags(core: Tags): Tags {
  return [octal, ...core, ...everywhere(resetTag), ...everywhere(overrideTag)];
}
