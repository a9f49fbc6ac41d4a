/**
 * The tool chain: every part with its one pinned version. Versions that must agree with an npm
 * package or a Go module are those of package.json and go.mod; a test holds them together.
 */

/** What somebody may want to do: a cluster with its applications, by orchestrator; the benchmarks; or all of it. */
export const purposes = ["swarm", "kubernetes", "bench", "all"] as const;
export type Purpose = (typeof purposes)[number];

export interface GoBuild {
  /** Folder of the Go module, under tools/go. */
  readonly module: string;
  /** Package to build: one of the module's own, or an import path of a dependency. */
  readonly package: string;
  /** Variables that the linker sets. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Files of a dependency that the module embeds: `//go:embed` reaches into no other module. */
  readonly embeds?: {
    /** Path of the dependency's Go module. */
    readonly module: string;
    /** Paths below its folder; each is put beside the module's own sources under its last name. */
    readonly files: readonly string[];
  };
}

export interface Part {
  /** Name of the program. */
  readonly name: string;
  readonly version: string;
  /** Where the program goes: on the PATH, into the Pulumi home as a plugin, or nowhere (`peer`: a benchmark runs it). */
  readonly kind: "program" | "plugin" | "peer";
  readonly go: GoBuild;
  /** Purposes that want it; `all` wants every part. */
  readonly neededFor: readonly Exclude<Purpose, "all">[];
}

const pulumiVersion = "3.250.0";
const vsphereVersion = "4.10.0";
const kubernetesVersion = "4.25.0";

/** A part is built as soon as its Go modules are here; which one is first makes no difference to the whole. */
export const parts: readonly Part[] = [
  {
    name: "pulumi-language-nodejs",
    version: pulumiVersion,
    kind: "program",
    go: { module: "languagehost", package: ".", variables: { "main.version": pulumiVersion } },
    neededFor: ["swarm", "kubernetes", "bench"],
  },
  {
    name: "pulumi",
    version: pulumiVersion,
    kind: "program",
    go: {
      module: "pulumi-cli",
      package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      variables: {
        "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${pulumiVersion}`,
      },
    },
    neededFor: ["swarm", "kubernetes", "bench"],
  },
  {
    name: "pulumi-resource-vsphere",
    version: vsphereVersion,
    kind: "plugin",
    go: { module: "plugins", package: "./vsphere", variables: { "main.version": vsphereVersion } },
    neededFor: ["swarm", "kubernetes", "bench"],
  },
  {
    name: "pulumi-resource-kubernetes",
    version: kubernetesVersion,
    kind: "plugin",
    go: {
      module: "kubernetes",
      package: ".",
      variables: { "main.version": kubernetesVersion },
      embeds: {
        module: "github.com/pulumi/pulumi-kubernetes/provider/v4",
        files: ["schema.json", "terraform-mapping.json"].map(
          (name) => `cmd/pulumi-resource-kubernetes/${name}`,
        ),
      },
    },
    neededFor: ["kubernetes"],
  },
  {
    // The peer of the benchmarks: the same provider, driven by Terraform.
    name: "terraform-provider-vsphere",
    version: "1.26.0",
    kind: "peer",
    go: { module: "plugins", package: "github.com/hashicorp/terraform-provider-vsphere" },
    neededFor: ["bench"],
  },
];

export function partsFor(purpose: Purpose): readonly Part[] {
  return purpose === "all" ? parts : parts.filter(({ neededFor }) => neededFor.includes(purpose));
}

/** The part of that name. @throws when the list has none: a mistake in our own code. */
export function partNamed(name: string): Part {
  const part = parts.find((candidate) => candidate.name === name);
  if (part === undefined) throw new Error(`the tool chain has no part ${name}`);
  return part;
}
