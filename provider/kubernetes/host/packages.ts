import { installScript, updateScript } from "../../engine/packages";
import { candidateOf, versionsOf } from "../../engine/version";
import { quote } from "../../transport/shell";
import type { Connection } from "../../transport/types";

/** Time for a package index or an installation over a slow mirror, seconds. */
const aptLimit = 900;
const keyring = "/etc/apt/keyrings/slipway-kubernetes.asc";
const sourceFile = "/etc/apt/sources.list.d/slipway-kubernetes.list";

/** The folder of a minor version below the repository's base, as upstream lays it out. */
export function repositoryOf(base: string, version: string): string {
  const [major = "", minor = ""] = version.split(".");
  return `${base.replace(/\/+$/, "")}/core:/stable:/v${major}.${minor}/deb`;
}

/** Kubernetes' own package repository, or a mirror of it: key by apt's own downloader, which knows the host's proxies. */
export function repositoryScript(base: string, version: string): string {
  const url = repositoryOf(base, version);
  return `install -d -m 755 /etc/apt/keyrings
key=$(mktemp)
trap 'rm -f "$key"' EXIT
/usr/lib/apt/apt-helper download-file ${quote(`${url}/Release.key`)} "$key" >/dev/null
grep -q 'BEGIN PGP PUBLIC KEY' "$key" || { echo ${quote(`${url}/Release.key is no PGP key`)} >&2; exit 1; }
install -m 644 "$key" ${keyring}
printf 'deb [arch=%s signed-by=${keyring}] %s /\\n' "$(dpkg --print-architecture)" ${quote(`${url}/`)} >${sourceFile}`;
}

export interface PackageWish {
  readonly version: string;
  readonly repository: string;
  /** Of the Kubernetes repository, at exactly that version. */
  readonly pinned: readonly string[];
  /** Of the distribution, whatever version it has; only when they are missing. */
  readonly others?: readonly string[];
}

/** Installs packages at exactly a version and holds them, so that nothing but Slipway upgrades a node. */
export async function installPackages(connection: Connection, wish: PackageWish): Promise<void> {
  const { version, repository, pinned, others = [] } = wish;
  await connection.must(
    "setting up the package repository of Kubernetes",
    repositoryScript(repository, version),
    { timeoutSeconds: 120 },
  );
  await connection.must("updating the package index", updateScript, { timeoutSeconds: aptLimit });
  const wanted = await Promise.all(
    pinned.map(async (name) => `${name}=${await candidate(connection, name, version)}`),
  );
  await connection.must(
    `installing ${pinned.join(", ")} ${version}`,
    // A host that is no node yet may have to go back to what the cluster runs; nodes never do.
    installScript([...wanted, ...others], true),
    { timeoutSeconds: aptLimit },
  );
}

async function candidate(connection: Connection, name: string, version: string): Promise<string> {
  const offered = await connection.must(
    `asking for versions of ${name}`,
    `apt-cache madison ${name} 2>/dev/null || true`,
  );
  const found = candidateOf(offered, version);
  if (found !== undefined) return found;
  const versions = versionsOf(offered);
  throw new Error(
    `${connection.machine}: no package ${name} of version ${version} is offered by its repositories; ${versions.length === 0 ? "they have none at all: check kubernetes.repository" : `they have ${versions.slice(0, 5).join(", ")}: set kubernetes.version to one of these`}`,
  );
}
