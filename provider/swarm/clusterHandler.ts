import { compareInputs } from "../server/difference";
import { messageOf } from "../server/failure";
import type { Context, ResourceHandler } from "../server/handler";
import { known, unknown } from "../server/unknown";
import type { SwarmClusterInputs, SwarmClusterOutputs } from "../sdk/shapes";
import { localState, NoManager, probeManagers, reachManager, type Probe } from "./managers";
import { until } from "./poll";
import { placeOfBirth } from "./placeOfBirth";

type Inputs = SwarmClusterInputs;
type Outputs = SwarmClusterOutputs;

const inputKeys = ["addressPool", "subnetSize", "dataPathPort", "autolock"] as const;
/** What a Swarm is born with: no API changes it later. */
const fixedKeys = ["addressPool", "subnetSize", "dataPathPort"] as const;

/** The Swarm of a cluster: found where it exists already, initialised once where it does not. */
export const swarmCluster: ResourceHandler<Inputs, Outputs> = {
  token: "slipway:index:SwarmCluster",
  secretOutputs: ["unlockKey"],

  check: () => [],

  diff(olds, news) {
    return compareInputs(olds, news, inputKeys);
  },

  preview(_context, inputs, olds) {
    if (olds !== undefined) refuseFixedChanges(olds, inputs as Inputs);
    const clusterId = olds?.clusterId ?? unknown;
    const locked = known<boolean>(inputs.autolock) === true;
    return Promise.resolve({
      clusterId,
      ...(locked && { unlockKey: olds?.unlockKey ?? unknown }),
    });
  },

  async create(context, inputs) {
    const birth = placeOfBirth(await probeManagers(context));
    if (birth.kind === "initialise") await initialise(context, inputs, birth.probe);
    const outputs = await observe(context, inputs);
    return { id: outputs.clusterId, outputs };
  },

  async read(context, _id, olds) {
    const inputs = pick(olds);
    try {
      const { docker } = await reachManager(context, { clusterId: olds.clusterId });
      const swarm = (await docker.swarmInspect()) as SwarmInspection;
      const autolock = swarm.Spec.EncryptionConfig?.AutoLockManagers === true;
      return {
        inputs: { ...inputs, autolock },
        outputs: { clusterId: olds.clusterId, unlockKey: olds.unlockKey },
      };
    } catch (error) {
      context.signal.throwIfAborted();
      if (error instanceof NoManager && error.probes.length === 0) {
        // Without a manager's machine there is no Swarm: the inventory has confirmed that none is left.
        return undefined;
      }
      context.warn(`the Swarm is not refreshed, the recorded state is kept: ${messageOf(error)}`);
      return { inputs, outputs: { clusterId: olds.clusterId, unlockKey: olds.unlockKey } };
    }
  },

  async update(context, _id, olds, news) {
    refuseFixedChanges(olds, news);
    const { docker } = await reachManager(context, { clusterId: olds.clusterId });
    const swarm = (await docker.swarmInspect()) as SwarmInspection;
    await (docker as unknown as SwarmUpdater).swarmUpdate({
      version: swarm.Version.Index,
      ...swarm.Spec,
      EncryptionConfig: { AutoLockManagers: news.autolock },
    });
    return observe(context, news);
  },

  async delete() {
    // The Swarm ends with its last node, and all nodes have left before this.
  },
};

interface SwarmInspection {
  readonly ID: string;
  readonly Version: { readonly Index: number };
  readonly Spec: { readonly EncryptionConfig?: { readonly AutoLockManagers?: boolean } };
}

/** dockerode has the call, its type declarations do not. */
interface SwarmUpdater {
  swarmUpdate(options: object): Promise<unknown>;
}

function pick({ addressPool, subnetSize, dataPathPort, autolock }: Inputs): Inputs {
  return { addressPool, subnetSize, dataPathPort, autolock };
}

function refuseFixedChanges(olds: Inputs, news: Inputs): void {
  const changed = compareInputs(olds, news, fixedKeys).changedKeys ?? [];
  if (changed.length > 0)
    throw new Error(
      `${changed.join(", ")} cannot be changed: a Swarm keeps what it was initialised with. ` +
        `Set it back, or stand up another cluster and move the applications`,
    );
}

async function initialise(context: Context, inputs: Inputs, probe: Probe): Promise<void> {
  const { connection, endpoint } = probe;
  if (connection === undefined)
    throw new Error(`${endpoint.machine}: ${probe.failure ?? "not reached"}`);
  context.log.status(`initialising the Swarm on ${endpoint.machine}`);
  await connection.docker.swarmInit({
    ListenAddr: "0.0.0.0:2377",
    AdvertiseAddr: endpoint.address,
    DataPathAddr: endpoint.address,
    DataPathPort: inputs.dataPathPort,
    ...(inputs.addressPool.length > 0 && { DefaultAddrPool: [...inputs.addressPool] }),
    SubnetSize: inputs.subnetSize,
    ForceNewCluster: false,
    Spec: { EncryptionConfig: { AutoLockManagers: inputs.autolock } },
  });
  await until(
    async () => {
      const local = await localState(connection.docker);
      return local.isManager && local.clusterId !== undefined ? local : undefined;
    },
    {
      seconds: 30,
      signal: context.signal,
      late: () =>
        `${endpoint.machine}: the Swarm was initialised, but the node is no manager after 30 s`,
    },
  );
}

async function observe(context: Context, inputs: Inputs): Promise<Outputs> {
  const { docker, clusterId } = await reachManager(context);
  if (!inputs.autolock) return { clusterId };
  const unlockKey = await unlockKeyOf(docker);
  context.conceal(unlockKey);
  return { clusterId, unlockKey };
}

/** dockerode has no call for it. */
async function unlockKeyOf(docker: unknown): Promise<string> {
  const { modem } = docker as {
    modem: {
      dial(options: object, done: (error: unknown, data: { UnlockKey: string }) => void): void;
    };
  };
  return new Promise((resolve, reject) => {
    modem.dial(
      {
        path: "/swarm/unlockkey",
        method: "GET",
        statusCodes: { 200: true, 500: "server error", 503: "no Swarm manager" },
      },
      (error, data) => {
        if (error instanceof Error) reject(error);
        else resolve(data.UnlockKey);
      },
    );
  });
}
