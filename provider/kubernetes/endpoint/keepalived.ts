/** What keepalived of one control plane has to know. */
export interface VirtualAddress {
  /** The address that one of the control planes holds. */
  readonly address: string;
  /** Network interface of the host's own address. */
  readonly networkInterface: string;
  readonly own: string;
  /** Addresses of the other control planes. */
  readonly peers: readonly string[];
}

export const keepalivedFile = "/etc/keepalived/keepalived.conf";
export const checkFile = "/etc/keepalived/slipway-check-api";
/** First line of the file, by which it is known as ours. */
export const header = "# Written by Slipway; changes are overwritten.";

/** Two clusters in one network must not meet in it; they speak to their own peers only, so the address does. */
function routerId(address: string): number {
  const last = Number(address.split(".").at(-1));
  return Number.isInteger(last) && last > 0 ? last : 1;
}

/**
 * keepalived's configuration. All control planes have the same priority, so that the address moves only when it has to.
 * A failing API server costs priority and does not keep the address away: before the first one runs somebody has it.
 */
export function keepalivedConfig({
  address,
  networkInterface,
  own,
  peers,
}: VirtualAddress): string {
  return `${header}
global_defs {
  enable_script_security
  script_user root
  vrrp_garp_master_refresh 60
}

vrrp_script api_server {
  script "${checkFile}"
  interval 2
  timeout 4
  fall 3
  rise 2
  weight -50
}

vrrp_instance api {
  state BACKUP
  interface ${networkInterface}
  virtual_router_id ${routerId(address)}
  priority 100
  advert_int 1
  unicast_src_ip ${own}
  unicast_peer {
${[...peers]
  .sort()
  .map((peer) => `    ${peer}\n`)
  .join("")}  }
  virtual_ipaddress {
    ${address}/32 dev ${networkInterface}
  }
  track_script {
    api_server
  }
}
`;
}

/** Whether the API server of this host is well enough to be asked. Its health is told to everybody, so no credential is needed. */
export const checkScript = `#!/bin/sh
${header}
exec curl --silent --fail --insecure --noproxy '*' --max-time 3 --output /dev/null https://127.0.0.1:6443/livez
`;
