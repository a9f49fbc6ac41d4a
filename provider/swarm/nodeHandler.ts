import { isDeepStrictEqual } from "node:util";
import { compareInputs } from "../server/difference";
import { messageOf } from "../server/failure";
import type { Context, ResourceHandler } from "../server/handler";
import { unknown } from "../server/unknown";
import type { SwarmNodeInputs, SwarmNodeOutputs } from "../sdk/shapes";
import { joined } from "./join";
import { leave, removeGhost } from "./leave";
import { swarmLock } from "./lock";
import { reachManager, type Manager } from "./managers";
import {
  findNode,
  listNodes,
  machineLabel,
  membersOf,
  updateNode,
  userLabels,
  vmLabel,
  type Node,
  type NodeSpec,
} from "./nodes";
import { until } from "./poll";
import { quorumObjection } from "./quorum";

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
    // Managers come one at a time: each changes who decides.
    const work = () => joined(context, inputs, endpoint, connection);
    const { manager, node } =
      inputs.role === "manager"
        ? await swarmLock.hold(context, `joining ${inputs.machine}`, work)
        : await work();
    await shape(context, manager, node, inputs);
    await removeGhosts(context, manager, node.ID, inputs.machine);
    return {
      id: node.ID,
      outputs: { nodeId: node.ID, hostname: node.Description.Hostname, address: endpoint.address },
    };
  },

  async read(context, _id, olds) {
    const inputs = pick(olds);
    const outputs = { nodeId: olds.nodeId, hostname: olds.hostname, address: olds.address };
    try {
      if ((await context.inventory.existence(olds)) === "absent") return undefined;
      const manager = await reachManager(context, {
        clusterId: olds.clusterId,
        avoid: olds.nodeId,
      });
      const node = await findNode(manager.docker, olds.nodeId);
      if (node === undefined) return undefined;
      const labels = userLabels(node.Spec.Labels);
      return {
        inputs: {
          ...inputs,
          role: node.Spec.Role,
          availability: node.Spec.Availability,
          labels: isDeepStrictEqual(labels, { ...olds.labels }) ? olds.labels : labels,
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
    const manager = await reachManager(context, { clusterId: news.clusterId, avoid: nodeId });
    const node = await findNode(manager.docker, nodeId);
    if (node === undefined)
      throw new Error(
        `${news.machine}: the Swarm knows no node ${nodeId} any more: run \`pulumi refresh\`, then \`pulumi up\``,
      );
    await shape(context, manager, node, news);
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
  manager: Manager,
  node: Node,
  inputs: Inputs,
): Promise<void> {
  if (node.Spec.Role === inputs.role) {
    await updateNode(manager.docker, node.ID, (spec) => wanted(inputs, spec));
    return;
  }
  await swarmLock.hold(context, `making ${inputs.machine} a ${inputs.role}`, async (signal) => {
    if (inputs.role === "worker") {
      const objection = quorumObjection(membersOf(await listNodes(manager.docker)), node.ID);
      if (objection !== undefined)
        throw new Error(`${inputs.machine} stays a manager: ${objection}`);
    }
    await updateNode(manager.docker, node.ID, (spec) => wanted(inputs, spec));
    await until(
      async () => {
        const now = await findNode(manager.docker, node.ID);
        return (now?.ManagerStatus !== undefined) === (inputs.role === "manager")
          ? true
          : undefined;
      },
      {
        seconds: roleSeconds,
        signal,
        late: () => `${inputs.machine} is no ${inputs.role} after ${roleSeconds} s`,
      },
    );
  });
}

/** Removes nodes of the same machine that are down and whose VM is confirmed gone. */
async function removeGhosts(
  context: Context,
  manager: Manager,
  own: string,
  machine: string,
): Promise<void> {
  for (const node of await listNodes(manager.docker)) {
    const { [machineLabel]: label, [vmLabel]: vmUuid } = node.Spec.Labels;
    if (
      node.ID === own ||
      label !== machine ||
      vmUuid === undefined ||
      node.Status.State !== "down"
    )
      continue;
    if ((await context.inventory.existence({ machine, vmUuid })) !== "absent") continue;
    await swarmLock.hold(context, `removing the ghost of ${machine}`, (signal) =>
      removeGhost(manager, node, signal),
    );
  }
}
