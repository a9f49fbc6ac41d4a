import { compareInputs } from "../server/difference";
import { messageOf } from "../server/failure";
import { PartlyCreated, type Context, type ResourceHandler } from "../server/handler";
import { unknown } from "../server/unknown";
import { during } from "../transport/failure";
import type { SwarmNodeInputs, SwarmNodeOutputs } from "../sdk/shapes";
import { removeGhosts } from "./ghosts";
import { joined } from "./join";
import { leave } from "./leave";
import { swarmLock } from "./lock";
import { Managers } from "./managers";
import {
  findNode,
  listNodes,
  machineLabel,
  membersOf,
  sameLabels,
  updateNode,
  userLabels,
  vmLabel,
  type NodeSpec,
} from "./nodes";
import { until } from "../cluster/poll";
import { demotionObjection } from "./quorum";

type Inputs = SwarmNodeInputs;
type Outputs = SwarmNodeOutputs;

const inputKeys = [
  "machine",
  "vmUuid",
  "clusterId",
  "role",
  "labels",
  "availability",
  "ephemeralVolumes",
] as const;
const roleSeconds = 60;

/** Membership of one host in the Swarm. */
export const swarmNode: ResourceHandler<Inputs, Outputs> = {
  token: "slipway:index:SwarmNode",
  secretOutputs: [],
  optionalInputs: ["vmUuid"],

  check: () => [],

  diff(olds, news) {
    return compareInputs(olds, news, inputKeys, ["machine", "vmUuid", "clusterId"]);
  },

  preview(_context, _inputs, olds) {
    const { nodeId, hostname, address } = olds ?? {};
    return Promise.resolve({
      nodeId: nodeId ?? unknown,
      hostname: hostname ?? unknown,
      address: address ?? unknown,
    });
  },

  async create(context, inputs) {
    const endpoint = await context.inventory.resolve(inputs);
    const connection = await context.connect(inputs);
    const managers = new Managers(context, { clusterId: inputs.clusterId });
    const join = (signal: AbortSignal) =>
      joined(context, managers, { inputs, endpoint, connection }, signal).catch(
        during(`joining ${inputs.machine} to the Swarm`),
      );
    // Managers come one at a time: each changes who decides.
    const node =
      inputs.role === "manager"
        ? await swarmLock.hold(context, `joining ${inputs.machine}`, join)
        : await join(context.signal);
    const hostname = node.Description.Hostname;
    const outputs = { nodeId: node.ID, hostname, address: endpoint.address };
    try {
      await shape(context, managers, node.ID, inputs);
      await removeGhosts(context, managers, { ...inputs, nodeId: node.ID, hostname });
    } catch (error) {
      throw new PartlyCreated(node.ID, outputs, messageOf(error));
    }
    return { id: node.ID, outputs };
  },

  async read(context, _id, olds) {
    const inputs = pick(olds);
    const { clusterId, nodeId, hostname, address } = olds;
    const outputs = { nodeId, hostname, address };
    try {
      // A host that is not listed any more lives on, and may be a member still.
      const isVm = olds.vmUuid !== undefined;
      if (isVm && (await context.inventory.existence(olds)) === "absent") return undefined;
      const node = await findNode(new Managers(context, { clusterId, avoid: nodeId }), nodeId);
      if (node === undefined) return undefined;
      const labels = userLabels(node.Spec.Labels);
      return {
        inputs: {
          ...inputs,
          role: node.Spec.Role,
          availability: node.Spec.Availability,
          labels: sameLabels(labels, olds.labels) ? olds.labels : labels,
        },
        outputs,
      };
    } catch (error) {
      context.signal.throwIfAborted();
      context.warn(
        `node ${olds.machine} is not refreshed, the recorded state is kept: ${messageOf(error)}`,
      );
      return { inputs, outputs };
    }
  },

  async update(context, _id, olds, news) {
    const { nodeId, hostname, address } = olds;
    const managers = new Managers(context, { clusterId: news.clusterId, avoid: nodeId });
    if ((await findNode(managers, nodeId)) === undefined)
      throw new Error(
        `${news.machine}: the Swarm knows no node ${nodeId} any more: run \`pulumi refresh\`, then \`pulumi up\``,
      );
    await shape(context, managers, nodeId, news);
    await removeGhosts(context, managers, { ...news, nodeId, hostname });
    return { nodeId, hostname, address };
  },

  delete(context, _id, olds) {
    return leave(context, olds);
  },
};

function pick({
  machine,
  vmUuid,
  clusterId,
  role,
  labels,
  availability,
  ephemeralVolumes,
}: Inputs): Inputs {
  return { machine, vmUuid, clusterId, role, labels, availability, ephemeralVolumes };
}

/** The node as the inputs want it, with the labels by which the provider knows it again. */
function wanted(inputs: Inputs, spec: NodeSpec): NodeSpec {
  return {
    ...spec,
    Role: inputs.role,
    Availability: inputs.availability,
    Labels: {
      ...inputs.labels,
      [machineLabel]: inputs.machine,
      ...(inputs.vmUuid !== undefined && { [vmLabel]: inputs.vmUuid }),
    },
  };
}

/** Role, availability and labels. A change of role changes who decides: under the lease, quorum permitting. */
async function shape(
  context: Context,
  managers: Managers,
  nodeId: string,
  inputs: Inputs,
): Promise<void> {
  const node = await findNode(managers, nodeId);
  if (node === undefined) throw new Error(`${inputs.machine}: the Swarm knows no node ${nodeId}`);
  if (node.Spec.Role === inputs.role) {
    await updateNode(managers, nodeId, (spec) => wanted(inputs, spec));
    return;
  }
  await swarmLock.hold(context, `making ${inputs.machine} a ${inputs.role}`, async (signal) => {
    if (inputs.role === "worker") {
      const members = membersOf(await listNodes(managers));
      const objection = demotionObjection(members, nodeId);
      if (objection !== undefined)
        throw new Error(`${inputs.machine} stays a manager: ${objection}`);
    }
    await updateNode(managers, nodeId, (spec) => wanted(inputs, spec));
    await until(
      async () => {
        const status = (await findNode(managers, nodeId))?.ManagerStatus;
        const done =
          inputs.role === "worker" ? status === undefined : status?.Reachability === "reachable";
        return done || undefined;
      },
      {
        seconds: roleSeconds,
        signal,
        late: () => `${inputs.machine} is no ${inputs.role} after ${roleSeconds} s`,
      },
    );
  });
}
