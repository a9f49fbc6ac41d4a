import { createHash } from "node:crypto";
import { linkSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { hashFile, hashInputs } from "../../tools/hash";
import { createGroup } from "../host/cgroups";
import { startDaemon } from "../host/daemon";
import { run } from "../host/run";
import type { Lab } from "../index";
import { labLayout, labNetwork } from "../layout";
import { cachedPart } from "../parts/cache";
import { buildProgram, type GoProgram } from "../parts/programs";
import { kubernetesPackages } from "./packages";
import { kubernetesVersions } from "./versions";

type Say = (text: string) => void;

const program: GoProgram = {
  name: "lab-repository",
  source: join(__dirname, "..", "repository"),
};
/** Changes when the repository is made in another way than before. */
const form = "1";

/** `host:port` of the lab's package repository. */
export const packagesHost = `${labNetwork.gateway}:5001`;
/** What stands in `cluster.yml` as `kubernetes.repository`. */
export const packagesUrl = `https://${packagesHost}`;

/** Folder of a minor version below the repository's address, as at pkgs.k8s.io. */
export function folderOf(version: string): string {
  const [major = "", minor = ""] = version.split(".");
  return `core:/stable:/v${major}.${minor}/deb`;
}

/**
 * The releases that the lab builds as an apt repository, laid out and signed as the Kubernetes project's: folder by
 * minor version, with `Release.key` in it.
 */
export async function kubernetesRepository(say: Say): Promise<string> {
  const folders: string[] = [];
  for (const version of kubernetesVersions) folders.push(await kubernetesPackages(version, say));
  const signer = await buildProgram(program, say);
  const key = hashInputs([], [...folders, signer, form]);
  return cachedPart("kubernetes-repository", key, async (work) => {
    say("kubernetes: making its package repository");
    for (const [index, version] of kubernetesVersions.entries())
      addRelease(join(work, folderOf(version)), folders[index] ?? "");
    for (const folder of new Set(kubernetesVersions.map(folderOf)))
      await publish(join(work, folder), signer);
  });
}

/** Puts a release's packages into a minor version's folder; what two releases have alike is there once. */
function addRelease(folder: string, packages: string): void {
  mkdirSync(join(folder, "amd64"), { recursive: true });
  const there = readdirSync(join(folder, "amd64"));
  for (const name of readdirSync(packages))
    if (!there.includes(name)) linkSync(join(packages, name), join(folder, "amd64", name));
}

/** Writes and signs the indices of a folder. */
async function publish(folder: string, signer: string): Promise<void> {
  const entries: string[] = [];
  for (const name of readdirSync(join(folder, "amd64")).sort()) {
    const file = join(folder, "amd64", name);
    entries.push(
      packageEntry(await run("dpkg-deb", ["--field", file]), {
        name,
        size: statSync(file).size,
        sha256: await hashFile(file),
      }),
    );
  }
  const list = Buffer.from(entries.join("\n"));
  writeFileSync(join(folder, "Packages"), list);
  writeFileSync(join(folder, "Packages.gz"), gzipSync(list));
  writeFileSync(
    join(folder, "Release"),
    release(
      ["Packages", "Packages.gz"].map((name) => join(folder, name)),
      new Date(),
    ),
  );
  await run(signer, ["sign", folder]);
}

/** An entry of apt's list of packages. */
export function packageEntry(
  fields: string,
  { name, size, sha256 }: { readonly name: string; readonly size: number; readonly sha256: string },
): string {
  return `${fields.trimEnd()}\nFilename: amd64/${name}\nSize: ${String(size)}\nSHA256: ${sha256}\n`;
}

function release(files: readonly string[], now: Date): string {
  const sums = files.map((file) => {
    const content = readFileSync(file);
    const sum = createHash("sha256").update(content).digest("hex");
    return ` ${sum} ${String(content.length)} ${basename(file)}`;
  });
  return [
    "Origin: Slipway's lab",
    "Label: Kubernetes",
    `Date: ${now.toUTCString().replace("GMT", "UTC")}`,
    "Architectures: amd64",
    "SHA256:",
    ...sums,
    "",
  ].join("\n");
}

/** Serves the repository on the machines' gateway in a lab that stands, with TLS; built unless the cache has it. */
export async function provideRepository(lab: Pick<Lab, "dir">, say: Say): Promise<void> {
  const layout = labLayout(lab.dir);
  const folder = await kubernetesRepository(say);
  if (await answers(packagesHost)) return;
  const certificate = ["--certificate", join(layout.certificates, "packages.pem")];
  const key = ["--key", join(layout.certificates, "packages.key")];
  await startDaemon(layout, createGroup(layout.id), {
    name: "packages",
    command: await buildProgram(program, say),
    args: ["serve", "--listen", packagesHost, ...certificate, ...key, folder],
    ready: () => answers(packagesHost),
    timeoutMs: 30_000,
  });
  say(`packages: ${packagesUrl} is there`);
}

async function answers(host: string): Promise<boolean> {
  const [address = "", port = ""] = host.split(":");
  const socket = connect(Number(port), address);
  return new Promise((resolve) => {
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
  });
}
