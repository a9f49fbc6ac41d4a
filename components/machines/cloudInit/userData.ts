import { stringify } from "yaml";
import type { OsSpec } from "../../spec";
import { dataDiskScript } from "./dataDiskScript";
import { hostKeyScript } from "./hostKeyScript";

export interface UserDataArgs {
  /** Login user, made with password-less sudo. */
  readonly user: string;
  /** OpenSSH public key (`ssh-ed25519 AAAA…`) that may log in. */
  readonly publicKey: string;
  readonly os: Pick<OsSpec, "ntp" | "proxy" | "caCertificates">;
  /** The machine has a second disk, which takes `/var/lib/docker`. */
  readonly dataDisk: boolean;
  /** guestinfo key under which the machine publishes its SSH host key. */
  readonly hostKeyVariable: string;
}

type Proxy = NonNullable<OsSpec["proxy"]>;

/**
 * cloud-init's user data, the same for all machines of a pool. It holds no secret and nothing but the definition:
 * its hash tells whether a machine is up to date. Modules and keys are those of cloud-init 22.4 (Debian 12).
 */
export function userData({ user, publicKey, os, dataDisk, hostKeyVariable }: UserDataArgs): string {
  const config = {
    users: [
      {
        name: user,
        gecos: "Slipway",
        shell: "/bin/bash",
        lock_passwd: true,
        sudo: "ALL=(ALL) NOPASSWD:ALL",
        ssh_authorized_keys: [publicKey],
      },
    ],
    disable_root: true,
    ssh_pwauth: false,
    preserve_hostname: false,
    ...(dataDisk && { bootcmd: [["sh", "-c", dataDiskScript]] }),
    ...(os.caCertificates.length > 0 && {
      ca_certs: { trusted: os.caCertificates.map(({ pem }) => pem) },
    }),
    ...(os.ntp.length > 0 && { ntp: { enabled: true, servers: os.ntp } }),
    // cloud-init would otherwise write the template's mirrors over.
    apt: { preserve_sources_list: true, ...(os.proxy && aptProxy(os.proxy)) },
    write_files: [
      {
        path: "/var/lib/cloud/scripts/per-boot/10-slipway-host-key",
        permissions: "0755",
        content: hostKeyScript(hostKeyVariable),
      },
      ...(os.proxy ? proxyFiles(os.proxy) : []),
    ],
  };
  // No folding: a certificate or a script must come out as it went in, and a diff must show what changed.
  return `#cloud-config\n${stringify(config, { lineWidth: 0 })}`;
}

function aptProxy({ http, https }: Proxy): Record<string, unknown> {
  return {
    ...(http !== undefined && { http_proxy: http }),
    ...(https !== undefined && { https_proxy: https }),
  };
}

/** The proxy for logins and services, and for the Docker engine, which does not read /etc/environment. */
function proxyFiles({ http, https, noProxy }: Proxy): readonly Record<string, unknown>[] {
  const variables: readonly (readonly [string, string | undefined])[] = [
    ["HTTP_PROXY", http],
    ["HTTPS_PROXY", https],
    ["NO_PROXY", noProxy.length > 0 ? noProxy.join(",") : undefined],
  ];
  const set = variables.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
  return [
    {
      path: "/etc/environment",
      append: true,
      content: set
        .flatMap(({ name, value }) => [`${name}=${value}\n`, `${name.toLowerCase()}=${value}\n`])
        .join(""),
    },
    {
      path: "/etc/systemd/system/docker.service.d/proxy.conf",
      content: `[Service]\n${set.map(({ name, value }) => `Environment="${name}=${value}"\n`).join("")}`,
    },
  ];
}
