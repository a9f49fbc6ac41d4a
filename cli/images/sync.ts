import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { catalogue, type MirroredImage } from "../../components/platform/catalogue";
import { ownRegistry, registryHosts } from "../../components/registry/own";
import { badUsage, failed } from "../exit";
import { maintenanceConnection } from "../registry/cluster";
import type { RegistryConnection } from "../registry/client";
import type { Terminal } from "../terminal";
import { namedCluster, type NamedCluster } from "./clusters";
import { Skopeo, type RegistryFiles } from "./skopeo";

export interface SyncOptions {
  /** Pulumi stack of a cluster, or its `cluster.yml`. */
  readonly cluster: string;
  /** Registry prefix to copy from, in the place of the images' own registries. */
  readonly from?: string;
  /** Folders with the authority of the registry, where that is none of the system's. */
  readonly fromCertDir?: string;
  readonly certDir?: string;
  readonly dryRun: boolean;
}

interface Copy {
  readonly source: string;
  /** As nodes pull it. */
  readonly target: string;
  /** Where it is written. */
  readonly destination: string;
}

interface Done extends Copy {
  readonly action: "copied" | "there" | "wanted" | "failed";
  readonly digest?: string;
  readonly error?: string;
}

/** `slipway images sync`: copies what a cluster pulls to where it pulls it from. What is there already is left alone. */
export async function runSync(options: SyncOptions, terminal: Terminal): Promise<void> {
  const cluster = await namedCluster(options.cluster);
  const { images, doubts } = catalogue(cluster.spec);
  for (const doubt of doubts) terminal.say(`note: ${doubt}`);
  const own = await ownConnection(cluster, images);
  const copies = planned(images, options.from, own);
  await Skopeo.check();
  const folder = await mkdtemp(path.join(tmpdir(), "slipway-sync-"));
  try {
    const target = own === undefined ? { certDir: options.certDir } : await filesOf(own, folder);
    const skopeo = new Skopeo({ certDir: options.fromCertDir }, target);
    const done: Done[] = [];
    for (const [index, copy] of copies.entries()) {
      const outcome = await synced(skopeo, copy, options.dryRun);
      done.push(outcome);
      terminal.progress(`${index + 1}/${copies.length} ${said(outcome)}`);
    }
    const failures = done.filter(({ action }) => action === "failed");
    if (failures.length > 0)
      throw failed(
        `${failures.length} of ${copies.length} images are not there; run it again, what has been copied stays:\n${failures.map(({ error }) => `  ${error ?? ""}`).join("\n")}`,
      );
    terminal.result(done);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What is to be copied where. @throws CliError where the cluster pulls from the images' own registries. */
export function planned(
  images: readonly MirroredImage[],
  from: string | undefined,
  own: Pick<OwnMirror, "pull" | "push"> | undefined,
): readonly Copy[] {
  const mirrored = images.filter(({ source, target }) => source !== target);
  if (images.length > 0 && mirrored.length === 0)
    throw badUsage(
      "the cluster pulls from the images' own registries: name the site's with platform.mirror in its cluster.yml",
    );
  const prefix = from === undefined ? "" : `${from.replace(/\/+$/, "")}/`;
  return mirrored.map(({ source, target }) => ({
    source: `${prefix}${source}`,
    target,
    destination:
      own !== undefined && target.startsWith(`${own.pull}/`)
        ? `${own.push}${target.slice(own.pull.length)}`
        : target,
  }));
}

async function synced(skopeo: Skopeo, copy: Copy, dryRun: boolean): Promise<Done> {
  try {
    const digest = await skopeo.sourceDigest(copy.source);
    if ((await skopeo.targetDigest(copy.destination)) === digest)
      return { ...copy, action: "there", digest };
    if (dryRun) return { ...copy, action: "wanted", digest };
    await skopeo.copy(copy.source, copy.destination);
    const arrived = await skopeo.targetDigest(copy.destination);
    if (arrived !== digest)
      throw failed(
        `${copy.destination} is ${arrived ?? "not there"} after it was copied, and ${copy.source} is ${digest}`,
      );
    return { ...copy, action: "copied", digest };
  } catch (error) {
    return {
      ...copy,
      action: "failed",
      error: error instanceof Error ? error.message : String(error),
    };
  }
}

function said({ action, target, error }: Done): string {
  switch (action) {
    case "copied":
      return `copied ${target}`;
    case "there":
      return `${target} is there`;
    case "wanted":
      return `would copy ${target}`;
    case "failed":
      return `failed: ${error ?? ""}`;
    default: {
      const never: never = action;
      return never;
    }
  }
}

/** The cluster's own registry, where it is its own mirror: nodes pull by one port, and this writes by the other. */
interface OwnMirror extends RegistryConnection {
  readonly pull: string;
  readonly push: string;
}

async function ownConnection(
  { spec, stack, name }: NamedCluster,
  images: readonly MirroredImage[],
): Promise<OwnMirror | undefined> {
  const own = ownRegistry(spec.platform.registry);
  if (own === undefined) return undefined;
  const { pull, push } = registryHosts(own);
  if (!images.some(({ target }) => target.startsWith(`${pull}/`))) return undefined;
  if (stack === undefined)
    throw badUsage(
      `${name} mirrors into the cluster's own registry, whose account only its Pulumi stack knows: name that in the place of the file`,
    );
  return { ...(await maintenanceConnection(stack)), pull, push };
}

/** What skopeo reads of a registry, in files that only this user reads: not on a command line, which everybody sees. */
async function filesOf(own: OwnMirror, folder: string): Promise<RegistryFiles> {
  const { username, password } = own.credential;
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  const authFile = path.join(folder, "auth.json");
  await writeFile(authFile, JSON.stringify({ auths: { [own.push]: { auth } } }), { mode: 0o600 });
  await writeFile(path.join(folder, "ca.crt"), own.ca);
  return { certDir: folder, authFile };
}
