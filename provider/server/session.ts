import type { Inventory } from "../inventory/types";
import type { ProviderConfig } from "../sdk/shapes";
import type { ConnectionPool } from "../transport/pool";
import { withSignal } from "../transport/withSignal";
import type { EngineMessages } from "./engineLog";
import type { Context } from "./handler";
import type { Lifetime } from "./lifetime";
import type { Redactor } from "./redactor";

/** How long a host that refuses or does not answer is tried again, seconds. */
const patience = {
  /** The machine that the operation is about: it may be booting. */
  chosen: 90,
  /** One of several that could be asked. */
  listed: 20,
} as const;

/** What all operations on one cluster share, from Configure to the end of the process. */
export class Session {
  private inventory: Promise<Inventory> | undefined;
  private pool: Promise<ConnectionPool> | undefined;

  constructor(
    readonly config: ProviderConfig,
    private readonly lifetime: Lifetime,
    private readonly messages: EngineMessages,
    private readonly redactor: Redactor,
  ) {}

  /** Everything heavy is loaded when the first operation needs it: a preview of a large cluster needs none of it. */
  context(urn: string, signal: AbortSignal): Context {
    const log = this.messages.forResource(urn);
    const withPool = async () => (this.pool ??= this.openPool());
    const withInventory = async () => (this.inventory ??= this.openInventory());
    const connectTo: Context["connectTo"] = async (endpoint, seconds = patience.listed) =>
      withSignal(await (await withPool()).get(endpoint, signal, seconds), signal);
    return {
      urn,
      config: this.config,
      signal,
      log,
      inventory: {
        resolve: async (ref, timeoutSeconds) =>
          (await withInventory()).resolve(ref, timeoutSeconds, signal),
        managers: async () => (await withInventory()).managers(),
        machines: async () => (await withInventory()).machines(),
        existence: async (ref) => (await withInventory()).existence(ref),
      },
      warn: (text) => {
        log.warn(text);
      },
      conceal: (secret) => {
        this.redactor.add(secret);
      },
      connect: async (ref) => {
        const endpoint = await (await withInventory()).resolve(ref, undefined, signal);
        return connectTo(endpoint, patience.chosen);
      },
      connectTo,
      critical: (work) => this.lifetime.runCritical(work),
    };
  }

  /** Ends what the operation with this signal used. */
  async release(signal: AbortSignal): Promise<void> {
    const pool = await this.pool?.catch(() => undefined);
    pool?.release(signal);
  }

  private async openPool(): Promise<ConnectionPool> {
    const { ConnectionPool: Pool } = await import("../transport/pool");
    const pool = new Pool(this.config, this.lifetime.signal);
    this.lifetime.beforeEnd(() => {
      pool.close();
    });
    return pool;
  }

  private async openInventory(): Promise<Inventory> {
    const { createInventory } = await import("../inventory/create");
    const { inventory, close } = createInventory(this.config);
    this.lifetime.beforeEnd(close);
    return inventory;
  }
}
