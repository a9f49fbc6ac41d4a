/**
 * The tool chain: every part with its one pinned version. Versions that must agree with an npm
 * package are those of package.json; a test holds the two together.
 */

/** What somebody may want to do; each part says which of them need it. */
export const purposes = ["swarm", "bench", "all"] as const;
export type Purpose = (typeof purposes)[number];

export interface GoBuild {
  /** Folder of the Go module, under tools/go. */
  readonly module: string;
  /** Package to build: the module's own, or an import path of a dependency. */
  readonly package: string;
  /** Variables that the linker sets. */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface Part {
  /** Name of the program. */
  readonly name: string;
  readonly version: string;
  /** Prints its version with `version`; such a part is taken from the PATH when the version fits. */
  readonly fromPath: boolean;
  /** Where the program goes: beside the others on the PATH, or into the Pulumi home as a plugin. */
  readonly kind: "program" | "plugin" | "peer";
  readonly go: GoBuild;
  readonly neededFor: readonly Purpose[];
}

const pulumiVersion = "3.250.0";

export const parts: readonly Part[] = [
  {
    name: "pulumi",
    version: pulumiVersion,
    fromPath: true,
    kind: "program",
    go: {
      module: "pulumi-cli",
      package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      variables: {
        "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${pulumiVersion}`,
      },
    },
    neededFor: ["swarm", "bench"],
  },
  {
    name: "pulumi-language-nodejs",
    version: pulumiVersion,
    fromPath: true,
    kind: "program",
    go: { module: "languagehost", package: ".", variables: { "main.version": pulumiVersion } },
    neededFor: ["swarm", "bench"],
  },
  {
    name: "pulumi-resource-vsphere",
    version: "4.10.0",
    fromPath: false,
    kind: "plugin",
    go: { module: "vsphere", package: "." },
    neededFor: ["swarm", "bench"],
  },
  {
    name: "pulumi-resource-docker",
    version: "5.2.0",
    fromPath: false,
    kind: "plugin",
    go: { module: "docker", package: "." },
    neededFor: ["swarm"],
  },
  {
    name: "sdkgen",
    version: pulumiVersion,
    fromPath: false,
    kind: "peer",
    go: { module: "sdkgen", package: "." },
    neededFor: ["swarm", "bench"],
  },
  {
    // The peer of the benchmarks: the same provider, driven by Terraform.
    name: "terraform-provider-vsphere",
    version: "1.26.0",
    fromPath: false,
    kind: "peer",
    go: { module: "vsphere", package: "github.com/hashicorp/terraform-provider-vsphere" },
    neededFor: ["bench"],
  },
];

export function partsFor(purpose: Purpose): readonly Part[] {
  return parts.filter(({ neededFor }) => purpose === "all" || neededFor.includes(purpose));
}

/** The part of that name. @throws when the list has none: a mistake in our own code. */
export function partNamed(name: string): Part {
  const part = parts.find((candidate) => candidate.name === name);
  if (part === undefined) throw new Error(`the tool chain has no part ${name}`);
  return part;
}
