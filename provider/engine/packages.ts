import type { EngineInputs } from "../sdk/shapes";
import { quote } from "../transport/shell";
import type { Connection } from "../transport/types";
import { packagesOf } from "./plan";
import { candidateOf, versionsOf } from "./version";

/** Others (unattended upgrades, cloud-init) may hold the package manager; how long they are waited for, seconds. */
const lockLimit = 300;
/** Time for a package index or an installation over a slow mirror, seconds. */
const aptLimit = 900;

const log = "/var/log/slipway-engine.log";

/**
 * The package manager writes to a file, not to the connection: when that is cut, it finishes its work instead
 * of dying half way at a broken pipe. What an earlier, killed run left half configured is configured first.
 */
const prologue = `export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
apt() { apt-get -q -o DPkg::Lock::Timeout=${lockLimit} -o Dpkg::Options::=--force-confold "$@" >>${log} 2>&1 </dev/null; }
failed() { tail -n 15 ${log} >&2; exit 1; }
date >>${log}
if [ -n "$(dpkg --audit)" ]; then
  tries=0
  until dpkg --configure -a >>${log} 2>&1 </dev/null; do
    tries=$((tries + 1))
    [ "$tries" -lt ${Math.ceil(lockLimit / 5)} ] || failed
    sleep 5
  done
fi
`;

/** The index is fetched again only when it is asked for: it is the slow part, and the mirror may be busy. */
export const updateScript = `${prologue}
tries=0
until apt -o APT::Update::Error-Mode=any update; do
  tries=$((tries + 1))
  [ "$tries" -lt 3 ] || failed
  sleep 3
done`;

/**
 * Installs exactly these versions and holds them, so that nothing but Slipway upgrades them.
 * @param older an older version than the installed one is meant. Default false.
 */
export function installScript(packages: readonly string[], older = false): string {
  const names = packages.map((one) => quote(one.split("=")[0] ?? one)).join(" ");
  return `${prologue}
apt install -y --no-install-recommends --allow-change-held-packages ${older ? "--allow-downgrades " : ""}${packages.map(quote).join(" ")} || failed
apt-mark hold ${names} >>${log}`;
}

/** Docker's own repository, or a mirror of it: key by apt's own downloader, which knows the host's proxies. */
export function repositoryScript(repository: string): string {
  const base = repository.replace(/\/+$/, "");
  return `install -d -m 755 /etc/apt/keyrings
. /etc/os-release
key=$(mktemp)
trap 'rm -f "$key"' EXIT
/usr/lib/apt/apt-helper download-file ${quote(`${base}/gpg`)} "$key" >/dev/null
grep -q 'BEGIN PGP PUBLIC KEY' "$key" || { echo ${quote(`${base}/gpg is no PGP key`)} >&2; exit 1; }
install -m 644 "$key" /etc/apt/keyrings/docker.asc
printf 'deb [arch=%s signed-by=/etc/apt/keyrings/docker.asc] %s %s stable\\n' \\
  "$(dpkg --print-architecture)" ${quote(base)} "$VERSION_CODENAME" >/etc/apt/sources.list.d/docker.list`;
}

/** Installs or upgrades the engine's packages to the newest of the wanted version. */
export async function installEngine(
  connection: Connection,
  inputs: EngineInputs & { readonly source: "distribution" | "docker" },
): Promise<void> {
  const packages = packagesOf[inputs.source];
  if (inputs.source === "docker" && inputs.repository !== undefined) {
    await connection.must(
      "setting up Docker's package repository",
      repositoryScript(inputs.repository),
      { timeoutSeconds: 120 },
    );
  }
  const version = await candidate(connection, packages[0], inputs);
  const pinned = packages.map((name) => (name === "containerd.io" ? name : `${name}=${version}`));
  await connection.must(`installing ${packages[0]} ${version}`, installScript(pinned), {
    timeoutSeconds: aptLimit,
  });
}

async function candidate(
  connection: Connection,
  name: string,
  inputs: EngineInputs,
): Promise<string> {
  const ask = () =>
    connection.must(
      `asking for versions of ${name}`,
      `apt-cache madison ${name} 2>/dev/null || true`,
    );
  const known = candidateOf(await ask(), inputs.version);
  if (known !== undefined) return known;
  await connection.must("updating the package index", updateScript, { timeoutSeconds: aptLimit });
  const offered = await ask();
  const found = candidateOf(offered, inputs.version);
  if (found !== undefined) return found;
  const versions = versionsOf(offered);
  throw new Error(
    `${connection.machine}: no package ${name} of version ${inputs.version} is offered by its repositories; ${versions.length === 0 ? "they have none at all: check its package sources" : `they have ${versions.slice(0, 5).join(", ")}: set engine.version to one of these`}`,
  );
}
