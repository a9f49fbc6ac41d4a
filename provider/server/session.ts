import type * as inventories from "../inventory/create";
import type { Inventory } from "../inventory/types";
import type * as applications from "../application/access";
import type * as kubernetes from "../application/kubernetes/client";
import type { HostsConfig, ProviderConfig } from "../sdk/shapes";
import type * as pools from "../transport/pool";
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
  private openedInventory: Inventory | undefined;
  private openedPool: pools.ConnectionPool | undefined;
  private openedApplication: applications.ApplicationAccess | undefined;
  private openedKubernetes: kubernetes.KubernetesClient | undefined;

  constructor(
    readonly config: ProviderConfig,
    private readonly lifetime: Lifetime,
    private readonly messages: EngineMessages,
    private readonly redactor: Redactor,
  ) {}

  context(urn: string, signal: AbortSignal): Context {
    const log = this.messages.forResource(urn);
    const connectTo: Context["connectTo"] = async (endpoint, seconds = patience.listed) =>
      withSignal(await this.pool.get(endpoint, signal, seconds), signal);
    const hosts = () => this.hosts;
    const application = () => this.application;
    const kubernetesClient = () => this.kubernetes;
    return {
      urn,
      get config() {
        return hosts();
      },
      get application() {
        return application();
      },
      get kubernetes() {
        return kubernetesClient();
      },
      signal,
      log,
      inventory: {
        resolve: async (ref, seconds) => this.inventory.resolve(ref, seconds, signal),
        managers: async () => this.inventory.managers(),
        machines: async () => this.inventory.machines(),
        dormant: async () => this.inventory.dormant(),
        existence: async (ref) => this.inventory.existence(ref),
      },
      warn: (text) => {
        log.warn(text);
      },
      conceal: (secret) => {
        this.redactor.add(secret);
      },
      connect: async (ref) =>
        connectTo(await this.inventory.resolve(ref, undefined, signal), patience.chosen),
      connectTo,
      critical: (work) => this.lifetime.runCritical(work),
    };
  }

  /** Ends what the operation with this signal used. */
  release(signal: AbortSignal): void {
    this.openedPool?.release(signal);
  }

  private get hosts(): HostsConfig {
    if ("owner" in this.config)
      throw new Error("this provider is connected to a cluster's API, not to its hosts");
    return this.config;
  }

  // These are loaded when the first operation needs them: most previews need none.

  private get pool(): pools.ConnectionPool {
    if (this.openedPool === undefined) {
      const { ConnectionPool: Pool } = module.require("../transport/pool") as typeof pools;
      const pool = new Pool(this.hosts, this.lifetime.signal);
      this.lifetime.beforeEnd(() => {
        pool.close();
      });
      this.openedPool = pool;
    }
    return this.openedPool;
  }

  private get inventory(): Inventory {
    if (this.openedInventory === undefined) {
      const { createInventory } = module.require("../inventory/create") as typeof inventories;
      const { inventory, close } = createInventory(this.hosts);
      this.lifetime.beforeEnd(close);
      this.openedInventory = inventory;
    }
    return this.openedInventory;
  }

  private get application(): applications.ApplicationAccess {
    if (!("docker" in this.config))
      throw new Error("this provider is not connected to a cluster's Docker API");
    if (this.openedApplication === undefined) {
      const { ApplicationAccess: Access } = module.require(
        "../application/access",
      ) as typeof applications;
      this.openedApplication = new Access(this.config);
    }
    return this.openedApplication;
  }

  private get kubernetes(): kubernetes.KubernetesClient {
    if (!("kubernetes" in this.config))
      throw new Error("this provider is not connected to a cluster's Kubernetes API");
    if (this.openedKubernetes === undefined) {
      const { KubernetesClient: Client } = module.require(
        "../application/kubernetes/client",
      ) as typeof kubernetes;
      this.openedKubernetes = new Client(this.config);
    }
    return this.openedKubernetes;
  }
}
