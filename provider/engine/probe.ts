import { authoritiesProbe, parseAuthorities, type Authorities } from "../registry/authorities";
import type { Connection } from "../transport/types";
import { daemonFile } from "./daemon";

/** What a host says about its engine. */
export interface EngineState {
  /** Version of `dockerd`; absent when it is not installed. */
  readonly installed?: string;
  /** Package that `dockerd` is of: `docker.io`, `docker-ce`, or nothing where it came another way. */
  readonly ownedBy?: string;
  readonly active: boolean;
  /** Content of `/etc/docker/daemon.json`; absent when there is none. */
  readonly daemonText?: string;
  /** Of registries, as Slipway has written them. */
  readonly authorities: Authorities;
}

/** Where the engine looks for what it trusts for a registry, whenever it asks one. */
export const registriesFolder = "/etc/docker/certs.d";

const probeScript = `
if command -v dockerd >/dev/null; then
  dockerd --version | sed -n 's/^Docker version \\([^,]*\\),.*/installed=\\1/p'
  if owner=$(dpkg-query -S "$(readlink -f "$(command -v dockerd)")" 2>/dev/null); then
    echo "ownedBy=\${owner%%:*}"
  fi
fi
if systemctl is-active --quiet docker.service; then echo active=yes; else echo active=no; fi
if [ -e ${daemonFile} ]; then echo "daemon=$(base64 -w0 <${daemonFile})"; fi
${authoritiesProbe(registriesFolder)}
`;

export async function probeEngine(connection: Connection): Promise<EngineState> {
  return parseProbe(await connection.must("asking for its engine", probeScript));
}

/** Reads what the script printed. Throws when it is not all there. */
export function parseProbe(output: string): EngineState {
  const values = new Map(
    output.split("\n").map((line) => {
      const equals = line.indexOf("=");
      return [line.slice(0, equals), line.slice(equals + 1)];
    }),
  );
  const active = values.get("active");
  if (active === undefined) throw new Error("the host did not tell whether its engine runs");
  const daemon = values.get("daemon");
  return {
    installed: values.get("installed"),
    ownedBy: values.get("ownedBy"),
    active: active === "yes",
    daemonText: daemon === undefined ? undefined : Buffer.from(daemon, "base64").toString("utf8"),
    authorities: parseAuthorities(values),
  };
}
