import { createHmac } from "node:crypto";

/** vCenter as the driver reaches it. */
export interface CsiVcenter {
  /** Name or address, with `:port` where that is not 443, as Slipway's own connection has it. */
  readonly server: string;
  /** Account of the driver, with its domain. */
  readonly user: string;
  readonly password: string;
  /** Take whatever certificate vCenter shows, as Slipway's own connection does then. */
  readonly allowUnverifiedSsl: boolean;
  /** Name or inventory path of the datacenter of the machines. */
  readonly datacenter: string;
}

/** Name of the configuration's file, as the driver's documentation has it. */
export const csiConfigFile = "csi-vsphere.conf";

/**
 * Where a Debian machine keeps the authorities that it trusts, in one file; those of `os.caCertificates` are among them. The
 * driver trusts the same: what its image has is upstream's choice. A certificate's thumbprint is not offered, as storage
 * would end with that certificate.
 */
export const authorities = {
  folder: "/etc/ssl/certs",
  file: "/etc/ssl/certs/ca-certificates.crt",
} as const;

const httpsPort = "443";
const hashDigits = 10;

/**
 * The driver's configuration, in the form of Git's.
 *
 * @param clusterId what vCenter tells the volumes of this cluster from others' by; at most 64 characters.
 */
export function csiConfig(vcenter: CsiVcenter, clusterId: string): string {
  const { user, password, allowUnverifiedSsl, datacenter } = vcenter;
  const { host, port } = hostAndPort(vcenter.server);
  return [
    "[Global]",
    `cluster-id = ${quoted(clusterId)}`,
    ...(allowUnverifiedSsl ? [] : [`ca-file = ${quoted(authorities.file)}`]),
    "",
    `[VirtualCenter ${quoted(host)}]`,
    `insecure-flag = ${quoted(String(allowUnverifiedSsl))}`,
    `user = ${quoted(user)}`,
    `password = ${quoted(password)}`,
    `port = ${quoted(port)}`,
    `datacenters = ${quoted(datacenter)}`,
    "",
  ].join("\n");
}

/**
 * Name of the Secret with the configuration. Another configuration is another Secret, so that the driver is started anew,
 * one replica after the other, and a password that is wrong keeps the rest of them as they are.
 *
 * @param salt secret, as whoever sees names could test guesses of the password otherwise.
 */
export function csiConfigName(vcenter: CsiVcenter, salt: string): string {
  const { server, user, password, allowUnverifiedSsl, datacenter } = vcenter;
  const hash = createHmac("sha256", salt)
    .update(JSON.stringify([server, user, password, allowUnverifiedSsl, datacenter]))
    .digest("hex");
  return `vsphere-csi-config-${hash.slice(0, hashDigits)}`;
}

function hostAndPort(server: string): { readonly host: string; readonly port: string } {
  const [, address, name, port = httpsPort] =
    /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(server) ?? [];
  const host = address ?? name;
  if (host === undefined) throw new Error(`${server} is no name of a vCenter`);
  return { host, port };
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}
