import type { Inventory } from "../inventory/types";
import type { ProviderConfig } from "../sdk/shapes";
import type { ConnectionPool } from "../transport/pool";
import type { EngineMessages } from "./engineLog";
import type { Context } from "./handler";
import type { Lifetime } from "./lifetime";
import type { Redactor } from "./redactor";

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
        return (await withPool()).get(endpoint, signal);
      },
      connectTo: async (endpoint) => (await withPool()).get(endpoint, signal),
      critical: (work) => this.lifetime.runCritical(work),
    };
  }

  private async openPool(): Promise<ConnectionPool> {
    const { ConnectionPool: Pool } = await import("../transport/pool");
    const pool = new Pool(this.config);
    this.lifetime.beforeEnd(() => {
      pool.close();
    });
    return pool;
  }

  private async openInventory(): Promise<Inventory> {
    const { createInventory } = await import("../inventory/create");
    return createInventory(this.config);
  }
}
