import { existingHosts } from "../components/machines/existingHosts";
import { createInventory } from "../provider/inventory/create";
import type { Inventory } from "../provider/inventory/types";
import type { HostsConfig } from "../provider/sdk/shapes";
import type { Context } from "../provider/server/handler";
import { ConnectionPool } from "../provider/transport/pool";
import { withSignal } from "../provider/transport/withSignal";
import type { ClusterAccess } from "./access";
import type { Terminal } from "./terminal";

/** How long a host that does not answer is tried again, seconds. */
const patience = { chosen: 90, listed: 20 } as const;

/** Who is told what goes on. */
export type Listener = Pick<Terminal, "say" | "progress">;

/** The hosts of a cluster, for a command: reached as the provider reaches them, so that its own steps can be taken here. */
export class ClusterHosts {
  private constructor(
    readonly context: Context,
    private readonly pool: ConnectionPool,
    private readonly closeInventory: () => Promise<void>,
  ) {}

  static open(access: ClusterAccess, terminal: Listener, signal: AbortSignal): ClusterHosts {
    const config = hostsConfig(access);
    const { inventory, close } = createInventory(config);
    const pool = new ConnectionPool(config, signal);
    return new ClusterHosts(contextOf(config, inventory, pool, terminal, signal), pool, close);
  }

  async close(): Promise<void> {
    this.pool.close();
    await this.closeInventory();
  }
}

function hostsConfig({ spec, identity, privateKey, vsphere }: ClusterAccess): HostsConfig {
  const { user, port } = spec.access;
  return {
    ...{ cluster: identity, user, port, privateKey, vsphere },
    ...(spec.vsphere === undefined && {
      hosts: existingHosts(spec.hosts ?? [], spec.nodePools).addressBook,
    }),
  };
}

function contextOf(
  config: HostsConfig,
  inventory: Inventory,
  pool: ConnectionPool,
  terminal: Listener,
  signal: AbortSignal,
): Context {
  const user = {};
  const warn = (text: string) => {
    terminal.say(`warning: ${text}`);
  };
  const connectTo: Context["connectTo"] = async (endpoint, seconds = patience.listed) =>
    withSignal(await pool.get(endpoint, user, seconds), signal);
  return {
    urn: "",
    config,
    get application(): never {
      throw new Error("a command reaches a cluster's hosts, not its applications");
    },
    get kubernetes(): never {
      throw new Error("a command asks a cluster on its hosts");
    },
    inventory,
    log: {
      debug: () => undefined,
      info: (text) => {
        terminal.progress(text);
      },
      warn,
      status: (text) => {
        terminal.progress(text);
      },
    },
    signal,
    warn,
    // Whatever is secret goes from host to host, and no message here shows it.
    conceal: () => undefined,
    connect: async (ref) =>
      connectTo(await inventory.resolve(ref, undefined, signal), patience.chosen),
    connectTo,
    critical: (work) => work(),
  };
}
