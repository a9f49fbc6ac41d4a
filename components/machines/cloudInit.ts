import { stringify } from "yaml";
import type { OsSpec, StaticNetworkSpec } from "../spec";

/** Where a machine publishes its SSH host key; the provider reads it over vCenter before the first contact. */
const hostKeyVariable = "guestinfo.slipway.sshHostKey";

/** Runs at every boot: what a guest writes into guestinfo is gone after a power-off. */
const publishHostKey = `#!/bin/sh
# Publishes the SSH host key through VMware guestinfo, so that nobody has to trust it on first use.
key=$(cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub) || exit 1
if command -v vmware-rpctool >/dev/null; then
  exec vmware-rpctool "info-set ${hostKeyVariable} $key"
fi
exec vmtoolsd --cmd "info-set ${hostKeyVariable} $key"
`;

const proxyProfile = (proxy: NonNullable<OsSpec["proxy"]>) =>
  [
    ["http_proxy", proxy.http],
    ["https_proxy", proxy.https],
    ["no_proxy", proxy.noProxy.length > 0 ? proxy.noProxy.join(",") : undefined],
  ].filter((pair): pair is [string, string] => pair[1] !== undefined);

interface File {
  readonly path: string;
  readonly permissions: string;
  readonly content: string;
  readonly append?: boolean;
}

function proxyFiles(proxy: OsSpec["proxy"]): File[] {
  if (proxy === undefined) return [];
  const variables = proxyProfile(proxy);
  const upper = variables.map(([name, value]) => [name.toUpperCase(), value] as const);
  const environment = [...variables, ...upper]
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
  const unit = upper.map(([name, value]) => `Environment="${name}=${value}"\n`).join("");
  const apt = variables
    .filter(([name]) => name !== "no_proxy")
    .map(([name, value]) => `Acquire::${name.replace("_proxy", "")}::Proxy "${value}";\n`)
    .join("");
  return [
    { path: "/etc/environment", permissions: "0644", content: environment, append: true },
    { path: "/etc/apt/apt.conf.d/80-slipway-proxy", permissions: "0644", content: apt },
    {
      path: "/etc/systemd/system/docker.service.d/proxy.conf",
      permissions: "0644",
      content: `[Service]\n${unit}`,
    },
  ];
}

function dnsFiles(os: OsSpec): File[] {
  if (os.dns.length === 0 && os.searchDomains.length === 0) return [];
  const search = os.searchDomains.length > 0 ? `search ${os.searchDomains.join(" ")}\n` : "";
  const servers = os.dns.map((server) => `nameserver ${server}\n`).join("");
  return [{ path: "/etc/resolv.conf", permissions: "0644", content: search + servers }];
}

export interface UserDataArgs {
  /** Login user with password-less sudo. */
  readonly user: string;
  /** OpenSSH public key of the user. */
  readonly publicKey: string;
  readonly os: OsSpec;
  /** A second disk is there, for `/var/lib/docker`. */
  readonly dataDisk: boolean;
}

/**
 * cloud-init user data of a machine. It has no secret (guestinfo is readable in the guest and in
 * vCenter) and nothing that differs between the machines of a pool.
 */
export function renderUserData(args: UserDataArgs): string {
  const { os } = args;
  const files: File[] = [
    {
      path: "/var/lib/cloud/scripts/per-boot/slipway-host-key",
      permissions: "0755",
      content: publishHostKey,
    },
    ...proxyFiles(os.proxy),
    ...dnsFiles(os),
  ];
  const config = {
    ssh_pwauth: false,
    disable_root: true,
    users: [
      {
        name: args.user,
        lock_passwd: true,
        shell: "/bin/bash",
        sudo: "ALL=(ALL) NOPASSWD:ALL",
        ssh_authorized_keys: [args.publicKey],
      },
    ],
    ...(os.caCertificates.length > 0 && {
      ca_certs: { trusted: os.caCertificates.map(({ pem }) => pem) },
    }),
    ...(os.ntp.length > 0 && { ntp: { enabled: true, servers: [...os.ntp] } }),
    ...(args.dataDisk && {
      disk_setup: { "/dev/sdb": { table_type: "gpt", layout: true, overwrite: false } },
      // Never `overwrite`: the disk may come back with data on it.
      fs_setup: [{ label: "docker", filesystem: "ext4", device: "/dev/sdb1", overwrite: false }],
      mounts: [["LABEL=docker", "/var/lib/docker", "ext4", "defaults,nofail", "0", "2"]],
    }),
    write_files: files,
  };
  return `#cloud-config\n${stringify(config, { lineWidth: 0 })}`;
}

export interface MetaDataArgs {
  /** Name of VM and host; cloud-init takes a new one for a new instance. */
  readonly hostname: string;
  /** Absent: DHCP. */
  readonly static?: { readonly address: string; readonly network: StaticNetworkSpec };
  readonly os: OsSpec;
}

/** cloud-init metadata of one machine: its name and, with a static address, its network. */
export function renderMetaData(args: MetaDataArgs): string {
  const { hostname, os } = args;
  const network = args.static && {
    version: 2,
    ethernets: {
      primary: {
        match: { name: "e*" },
        addresses: [`${args.static.address}/${args.static.network.prefixLength}`],
        routes: [{ to: "0.0.0.0/0", via: args.static.network.gateway }],
        ...((os.dns.length > 0 || os.searchDomains.length > 0) && {
          nameservers: { addresses: [...os.dns], search: [...os.searchDomains] },
        }),
      },
    },
  };
  return stringify({
    "instance-id": hostname,
    "local-hostname": hostname,
    ...(network && { network }),
  });
}
