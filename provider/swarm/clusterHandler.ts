import { compareInputs } from "../server/difference";
import { messageOf } from "../server/failure";
import type { Context, ResourceHandler } from "../server/handler";
import { known, unknown } from "../server/unknown";
import type { SwarmClusterInputs, SwarmClusterOutputs } from "../sdk/shapes";
import { callEngine } from "./engineApi";
import { isOutOfSequence } from "./errors";
import {
  localState,
  Managers,
  NoManager,
  probeManagers,
  reachManager,
  type Probe,
} from "./managers";
import { placeOfBirth } from "./placeOfBirth";
import { until } from "../cluster/poll";
import { swarmDifferences } from "./swarmDifferences";
import { unlockKey } from "./unlock";

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
    const clusterId =
      birth.kind === "adopt" ? birth.clusterId : (await reachManager(context)).clusterId;
    const managers = new Managers(context, { clusterId });
    refuseOtherSwarm(inputs, await inspect(managers));
    return { id: clusterId, outputs: await shape(context, managers, clusterId, inputs) };
  },

  async read(context, _id, olds) {
    const { clusterId } = olds;
    const inputs = pick(olds);
    try {
      const managers = new Managers(context, { clusterId });
      const swarm = await inspect(managers);
      const autolock = isAutolocked(swarm);
      return {
        inputs: { ...inputs, autolock },
        outputs: { clusterId, ...(autolock && { unlockKey: await key(context, managers) }) },
      };
    } catch (error) {
      context.signal.throwIfAborted();
      if (error instanceof NoManager && error.allInactive) {
        // All managers that exist have been asked and are in no Swarm, or none exists: there is no Swarm.
        return undefined;
      }
      context.warn(`the Swarm is not refreshed, the recorded state is kept: ${messageOf(error)}`);
      return { inputs, outputs: { clusterId, unlockKey: olds.unlockKey } };
    }
  },

  update(context, _id, olds, news) {
    refuseFixedChanges(olds, news);
    const { clusterId } = olds;
    return shape(context, new Managers(context, { clusterId }), clusterId, news);
  },

  async delete() {
    // The Swarm ends with its last node, and all nodes have left before this.
  },
};

interface SwarmInspection {
  readonly Version: { readonly Index: number };
  readonly Spec: { readonly EncryptionConfig?: { readonly AutoLockManagers?: boolean } };
  readonly DefaultAddrPool?: readonly string[] | null;
  readonly SubnetSize?: number;
  readonly DataPathPort?: number;
}

async function inspect(managers: Managers): Promise<SwarmInspection> {
  return (await managers.call((docker) => docker.swarmInspect())) as SwarmInspection;
}

function isAutolocked({ Spec }: SwarmInspection): boolean {
  return Spec.EncryptionConfig?.AutoLockManagers === true;
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

/** What the Swarm that was found is, in the terms of the inputs; only what the inputs ask for is compared. */
function refuseOtherSwarm(inputs: Inputs, swarm: SwarmInspection): void {
  const differences = swarmDifferences(inputs, {
    addressPool: swarm.DefaultAddrPool ?? [],
    subnetSize: swarm.SubnetSize ?? 0,
    dataPathPort: swarm.DataPathPort ?? 0,
  });
  if (differences.length > 0)
    throw new Error(
      `the managers are in a Swarm already, which was initialised with ${differences.join("; ")}. ` +
        "A Swarm keeps that for life: write into cluster.yml what it has",
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

/** Sets what may change, and answers what is then. */
async function shape(
  context: Context,
  managers: Managers,
  clusterId: string,
  { autolock }: Inputs,
): Promise<Outputs> {
  for (;;) {
    const swarm = await inspect(managers);
    if (isAutolocked(swarm) === autolock) break;
    try {
      await managers.call((docker) =>
        callEngine(docker, {
          method: "POST",
          path: "/swarm/update",
          query: { version: swarm.Version.Index },
          body: { ...swarm.Spec, EncryptionConfig: { AutoLockManagers: autolock } },
        }),
      );
    } catch (error) {
      if (!isOutOfSequence(error)) throw error;
    }
  }
  return { clusterId, ...(autolock && { unlockKey: await key(context, managers) }) };
}

async function key(context: Context, managers: Managers): Promise<string | undefined> {
  const secret = await unlockKey(managers);
  if (secret !== undefined) context.conceal(secret);
  return secret;
}
