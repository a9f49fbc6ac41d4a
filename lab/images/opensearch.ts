import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { hashInputs } from "../../tools/hash";
import { LabError } from "../errors";
import { runAny } from "../host/run";
import { needSuite, unpackPackages } from "../parts/apt";
import { cachedPart } from "../parts/cache";
import { layeredImage, packed, type PackedLayer, type RegistryImage } from "../registry/image";
import { tar } from "../registry/tar";
import { busyboxLayer } from "./busybox";
import type { HostFile, Link } from "./files";
import { cachedLayer } from "./layers";
import { withLibraries } from "./libraries";

export const opensearchVersion = "2.19.1";

type Say = (text: string) => void;

/** Where the image of the project has it, and the user that it runs as. */
const home = "/usr/share/opensearch";
const user = 1000;

const own = join(__dirname, "..", "logging", "opensearch");

/**
 * From Maven Central: the project's distribution as its own tests take it, which has no modules but the one for HTTP, and the
 * plugin for TLS and users. The plugin for index management (ISM) is not there, nor are Dashboards.
 */
const artifacts = {
  distribution: `org.opensearch.distribution.integ-test-zip:opensearch:${opensearchVersion}:zip`,
  security: `org.opensearch.plugin:opensearch-security:${opensearchVersion}.0:zip`,
} as const;

const unpack = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:unpack";

/** @param room for what Maven leaves behind */
async function fetchArtifact(artifact: string, folder: string, room: string): Promise<void> {
  const args = ["-B", "-q", "-C", unpack, `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`];
  const result = await runAny("mvn", args, { cwd: room }).catch(() => undefined);
  if (result === undefined)
    throw new LabError("OpenSearch comes from Maven Central, which takes mvn: install maven");
  if (result.code === 0) return;
  const said = result.stdout.split("\n").filter((line) => line.includes("ERROR"));
  throw new LabError(`${artifact} could not be fetched:\n${said.slice(0, 5).join("\n")}`);
}

/** Folder with OpenSearch and its plugins as they are in the image, fetched unless the cache has it. */
export async function opensearchFolder(say: Say): Promise<string> {
  const key = hashInputs([], [JSON.stringify(artifacts), unpack]);
  const folder = await cachedPart("opensearch", key, async (work) => {
    say(`opensearch ${opensearchVersion}: fetching it from Maven Central`);
    const plugin = join(work, `opensearch-${opensearchVersion}`, "plugins", "opensearch-security");
    const room = join(work, "maven");
    mkdirSync(room);
    await fetchArtifact(artifacts.distribution, work, room);
    await fetchArtifact(artifacts.security, plugin, room);
    rmSync(room, { recursive: true });
  });
  return join(folder, `opensearch-${opensearchVersion}`);
}

/** Users, roles and settings of the security plugin as it comes: the project's image has them in its configuration. */
const securityConfig = "plugins/opensearch-security/config";

const java = "openjdk-17-jre-headless";

/** Folders of Debian's package that the runtime is in. */
const javaFolders = ["usr/lib/jvm", "etc/java-17-openjdk"];

/** What comes along where this machine has the development kit. */
const forDevelopers = /\/jmods\/|\/ct\.sym$|\/man\//;

/** What Debian names it by. @param architecture as images do */
const javaHome = (architecture: string) => `usr/lib/jvm/java-17-openjdk-${architecture}`;

/** A folder's files and links, below a path of the image. */
function filesBelow(source: string, path: string): (HostFile | Link)[] {
  return readdirSync(source)
    .sort()
    .flatMap((name): (HostFile | Link)[] => {
      const [from, to] = [join(source, name), `${path}/${name}`];
      const status = lstatSync(from);
      if (status.isSymbolicLink()) return [{ path: to, link: readlinkSync(from) }];
      return status.isDirectory()
        ? filesBelow(from, to)
        : [{ path: to, source: from, mode: status.mode & 0o777 }];
    });
}

/**
 * Java, the shell that OpenSearch's scripts are written for, and curl, by which Slipway asks it in its own container. The
 * image of the project has all three.
 */
function runtimeLayer(architecture: string, say: Say): Promise<PackedLayer> {
  const key = hashInputs(["/etc/os-release"], [java, "curl", ...javaFolders, forDevelopers.source]);
  return cachedLayer("java", key, async (room) => {
    say("java 17: fetching Debian's package");
    await needSuite("bookworm");
    await unpackPackages([java, "bash", "curl"], room);
    const root = join(room, "root");
    const runtime = javaFolders
      .flatMap((folder) => filesBelow(join(root, folder), `/${folder}`))
      .filter(({ path }) => !forDevelopers.test(path));
    const loaded = runtime.filter(
      (file): file is HostFile => "source" in file && /\.so$|\/bin\/java$/.test(file.path),
    );
    const programs = ["/bin/bash", "/usr/bin/curl"].map((path) => ({
      path,
      source: join(root, path),
    }));
    const libraries = await withLibraries(
      [...programs, ...loaded],
      root,
      ["lib", "lib/server"].map((each) => join(javaHome(architecture), each)),
    );
    // What belongs to the runtime stays where it is.
    return [...runtime, ...libraries.filter(({ source }) => !source.includes("/jvm/"))];
  });
}

function programLayer(folder: string): Promise<PackedLayer> {
  const entry = "opensearch-docker-entrypoint.sh";
  return cachedLayer("opensearch", hashInputs([own], [folder, "2"]), () =>
    Promise.resolve([
      ...filesBelow(folder, home).filter(({ path }) => !path.startsWith(`${home}/config/`)),
      { path: `${home}/${entry}`, source: join(own, entry), mode: 0o755 },
      // Where the scripts look for it.
      { path: "/usr/bin/env", link: "/bin/env" },
      { path: "/etc/passwd", source: join(own, "passwd"), mode: 0o644 },
    ]),
  );
}

/** Folders that OpenSearch writes to, the configuration as it comes among them: it keeps its key store there. */
async function ownFilesLayer(folder: string): Promise<PackedLayer> {
  const inImage = home.slice(1);
  const folders = ["config", "config/jvm.options.d", "config/opensearch-security", "data", "logs"];
  const files = [
    ...["jvm.options", "log4j2.properties", "opensearch.yml"].map((name) => [
      `config/${name}`,
      join(folder, "config", name),
    ]),
    ...readdirSync(join(folder, securityConfig)).map((name) => [
      `config/opensearch-security/${name}`,
      join(folder, securityConfig, name),
    ]),
  ] as const;
  const archive = tar([
    ...folders.map((name) => ({
      name: `${inImage}/${name}/`,
      content: Buffer.alloc(0),
      mode: 0o755,
      owner: user,
    })),
    { name: "tmp/", content: Buffer.alloc(0), mode: 0o1777 },
    ...files.map(([name, source = ""]) => ({
      name: `${inImage}/${name}`,
      content: readFileSync(source),
      mode: 0o644,
      owner: user,
    })),
  ]);
  return packed({ archive, compressed: await promisify(gzip)(archive, { level: 6 }) });
}

/** OpenSearch as an image, with entry point, environment, user and paths of the project's own. */
export async function opensearchImage(architecture: string, say: Say): Promise<RegistryImage> {
  const folder = await opensearchFolder(say);
  const layers = [
    await busyboxLayer(say),
    await runtimeLayer(architecture, say),
    await programLayer(folder),
    await ownFilesLayer(folder),
  ];
  return layeredImage(layers, architecture, {
    Entrypoint: ["./opensearch-docker-entrypoint.sh"],
    Cmd: ["opensearch"],
    WorkingDir: home,
    User: String(user),
    Env: [
      `PATH=${home}/bin:/usr/local/bin:/usr/bin:/bin`,
      `OPENSEARCH_JAVA_HOME=/${javaHome(architecture)}`,
    ],
  });
}
