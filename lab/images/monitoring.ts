import { basename, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { hashInputs } from "../../tools/hash";
import { run } from "../host/run";
import { needSuite, unpackPackages } from "../parts/apt";
import { cachedPart } from "../parts/cache";
import { buildModule, type GoModule } from "../parts/goModule";
import { layeredImage, packed, type PackedLayer, type RegistryImage } from "../registry/image";
import { tar } from "../registry/tar";
import { haproxyImage, haproxyVersion } from "./haproxy";
import type { ImagePart } from "./index";
import { cachedLayer, programLayer } from "./layers";
import { withLibraries } from "./libraries";

type Say = (text: string) => void;

/** Nobody in particular: the user that the images' programs run as. */
const nobody = 65534;

export const monitoringVersions = {
  prometheus: "3.15.0",
  alertmanager: "0.25.0",
  nodeExporter: "1.5.0",
  blackboxExporter: "0.23.0",
  jsonExporter: "0.7.0",
  cadvisor: "0.53.0",
} as const;

const modules = join(__dirname, "..", "monitoring");

/**
 * Prometheus and its tool: four minutes on two cores. Debian's knows neither Kubernetes nor the Swarm; this one knows both,
 * and none of the clouds, which is most of what would have to be compiled. Its web pages are not in it (an npm build).
 */
export const prometheusModule: GoModule = {
  name: "prometheus",
  version: monitoringVersions.prometheus,
  source: join(modules, "prometheus"),
  packages: [
    "github.com/prometheus/prometheus/cmd/prometheus",
    "github.com/prometheus/prometheus/cmd/promtool",
  ],
  tags: ["remove_all_sd", "enable_kubernetes_sd", "enable_moby_sd"],
  variables: {
    "github.com/prometheus/common/version.Version": monitoringVersions.prometheus,
  },
};

export const jsonExporterModule: GoModule = {
  name: "json-exporter",
  version: monitoringVersions.jsonExporter,
  source: join(modules, "json-exporter"),
  packages: ["github.com/prometheus-community/json_exporter"],
};

const cadvisorModule: GoModule = {
  name: "cadvisor",
  version: monitoringVersions.cadvisor,
  source: join(modules, "cadvisor"),
  packages: ["."],
};

/** A folder that belongs to the program's user: a new volume there takes its owner. */
async function folderLayer(folder: string): Promise<PackedLayer> {
  const archive = tar([
    { name: `${folder}/`, content: Buffer.alloc(0), mode: 0o755, owner: nobody },
  ]);
  return packed({ archive, compressed: await promisify(gzip)(archive, { level: 6 }) });
}

/** Programs that Debian has, with the libraries that they load. @param programs by their path in the image, from the package */
function debianLayer(
  name: string,
  version: string,
  packages: readonly string[],
  programs: Readonly<Record<string, string>>,
  files: readonly string[],
  say: Say,
): Promise<PackedLayer> {
  const key = hashInputs(["/etc/os-release"], [version, JSON.stringify([programs, files])]);
  return cachedLayer(name, key, async (room) => {
    say(`${name} ${version}: fetching Debian's package`);
    await needSuite("bookworm");
    await unpackPackages(packages, room);
    const root = join(room, "root");
    const all = await withLibraries(
      Object.entries(programs).map(([path, source]) => ({ path, source: join(root, source) })),
      root,
    );
    return [...all, ...files.map((path) => ({ path, source: join(root, path), mode: 0o644 }))];
  });
}

interface Debian {
  readonly repository: string;
  readonly name: string;
  readonly version: string;
  /** By their path in the image, from the package. */
  readonly programs: Readonly<Record<string, string>>;
  readonly user: number;
  /** Folder with data. */
  readonly folder?: string;
  /** Other files that the program reads, where Debian has them. */
  readonly files?: readonly string[];
}

const ofDebian: readonly Debian[] = [
  {
    repository: "prom/alertmanager",
    name: "prometheus-alertmanager",
    version: monitoringVersions.alertmanager,
    programs: {
      "/bin/alertmanager": "usr/bin/prometheus-alertmanager",
      "/bin/amtool": "usr/bin/amtool",
    },
    user: nobody,
    folder: "alertmanager",
    // Debian has taken them out of the program.
    files: ["default.tmpl", "email.tmpl"].map(
      (name) => `/usr/share/prometheus/alertmanager/${name}`,
    ),
  },
  {
    repository: "prom/node-exporter",
    name: "prometheus-node-exporter",
    version: monitoringVersions.nodeExporter,
    programs: { "/bin/node_exporter": "usr/bin/prometheus-node-exporter" },
    user: nobody,
  },
  {
    repository: "prom/blackbox-exporter",
    name: "prometheus-blackbox-exporter",
    version: monitoringVersions.blackboxExporter,
    programs: { "/bin/blackbox_exporter": "usr/bin/prometheus-blackbox-exporter" },
    user: nobody,
  },
];

function debianPart({
  repository,
  name,
  version,
  programs,
  user,
  folder,
  files = [],
}: Debian): ImagePart {
  return {
    repository,
    tag: `v${version}`,
    image: async (architecture, say): Promise<RegistryImage> => {
      const layers = [await debianLayer(name, version, [name], programs, files, say)];
      if (folder !== undefined) layers.push(await folderLayer(folder));
      return layeredImage(layers, architecture, { User: `${user}:${user}` });
    },
  };
}

/** Programs of a module of ours, each at its path in the image. */
async function builtLayers(
  module: GoModule,
  programs: Readonly<Record<string, string>>,
  say: Say,
): Promise<PackedLayer[]> {
  const folder = await buildModule(module, say);
  const layers: PackedLayer[] = [];
  for (const [path, program] of Object.entries(programs))
    layers.push(await programLayer(basename(path), join(folder, program), path, []));
  return layers;
}

/** What monitoring runs, under the names that the images have elsewhere. */
export const monitoringParts: readonly ImagePart[] = [
  { repository: "haproxy", tag: haproxyVersion, image: haproxyImage },
  {
    repository: "prom/prometheus",
    tag: `v${monitoringVersions.prometheus}`,
    image: async (architecture, say) => {
      const programs = { "/bin/prometheus": "prometheus", "/bin/promtool": "promtool" };
      const layers = [
        ...(await builtLayers(prometheusModule, programs, say)),
        await folderLayer("prometheus"),
      ];
      return layeredImage(layers, architecture, { User: `${nobody}:${nobody}` });
    },
  },
  ...ofDebian.map(debianPart),
  {
    repository: "prometheuscommunity/json-exporter",
    tag: `v${monitoringVersions.jsonExporter}`,
    image: async (architecture, say) =>
      layeredImage(
        await builtLayers(jsonExporterModule, { "/bin/json_exporter": "json_exporter" }, say),
        architecture,
        { User: `${nobody}:${nobody}` },
      ),
  },
  {
    repository: "gcr.io/cadvisor/cadvisor",
    tag: `v${monitoringVersions.cadvisor}`,
    image: async (architecture, say) =>
      layeredImage(
        await builtLayers(cadvisorModule, { "/usr/bin/cadvisor": "cadvisor" }, say),
        architecture,
        {},
      ),
  },
];

/** Programs for tests: Debian's, which are there in seconds. */
const toolNames = ["promtool", "amtool", "prometheus"] as const;
export type MonitoringTools = Readonly<Record<(typeof toolNames)[number], string>>;

/** Prometheus, and what tests ask its and Alertmanager's own tools for. */
export async function monitoringTools(say: Say): Promise<MonitoringTools> {
  const packages = ["prometheus", "prometheus-alertmanager"];
  const key = hashInputs(["/etc/os-release"], [...packages, ...toolNames]);
  const folder = await cachedPart("monitoring-tools", key, async (work) => {
    say("promtool, amtool and Prometheus: fetching Debian's packages");
    await needSuite("bookworm");
    await unpackPackages(packages, join(work, "packages"));
    for (const tool of toolNames)
      await run("cp", [join(work, "packages/root/usr/bin", tool), join(work, tool)]);
    await run("rm", ["-r", join(work, "packages")]);
  });
  return {
    promtool: join(folder, "promtool"),
    amtool: join(folder, "amtool"),
    prometheus: join(folder, "prometheus"),
  };
}
