import type { Endpoint } from "../inventory/types";
import { compareInputs } from "../server/difference";
import { messageOf } from "../server/failure";
import type { Context, Problem, ResourceHandler } from "../server/handler";
import { isUnknown, unknown } from "../server/unknown";
import type { HostFacts, HostInputs, HostOutputs, MachineRef } from "../sdk/shapes";
import { gather } from "./gather";
import type { Gathered } from "./facts";
import { askPeers } from "./peers";
import { preflight, preflightError } from "./preflight";

type Inputs = HostInputs;
type Outputs = HostOutputs;

/** How long `read` waits for a machine that may be off or gone, seconds: a refresh asks all of them. */
const readPatience = { resolve: 5, connect: 10 } as const;

export const host: ResourceHandler<Inputs, Outputs> = {
  token: "slipway:index:Host",
  secretOutputs: [],
  optionalInputs: ["vmUuid"],

  check(inputs) {
    const problems: Problem[] = [];
    if (inputs.machine === "") problems.push({ property: "machine", reason: "must not be empty" });
    const { requirements } = inputs;
    if (isUnknown(requirements) || isUnknown(requirements.freePorts)) return problems;
    requirements.freePorts.forEach((port, index) => {
      if (isUnknown(port) || /^\d+\/(tcp|udp)$/.test(port)) return;
      const property = `requirements.freePorts[${index}]`;
      problems.push({ property, reason: `must be like 2377/tcp; got ${JSON.stringify(port)}` });
    });
    return problems;
  },

  diff(olds, news) {
    return compareInputs(olds, news, ["machine", "vmUuid", "requirements"], ["machine", "vmUuid"]);
  },

  preview(_context, _inputs, olds) {
    const { address = unknown, hostKey = unknown, facts = unknown } = olds ?? {};
    return Promise.resolve({ address, hostKey, facts });
  },

  async create(context, inputs) {
    return { id: idOf(inputs), outputs: await examine(context, inputs) };
  },

  async read(context, _id, olds) {
    const inputs = inputsOf(olds);
    try {
      if ((await context.inventory.existence(inputs)) === "absent") return undefined;
      const endpoint = await context.inventory.resolve(inputs, readPatience.resolve);
      const connection = await context.connectTo(endpoint, readPatience.connect);
      const { facts } = await gather(connection);
      return {
        inputs,
        outputs: outputsOf(endpoint, connection.hostKey, steady(facts, olds.facts)),
      };
    } catch (error) {
      context.signal.throwIfAborted();
      context.warn(
        `facts of ${inputs.machine} are not refreshed, the recorded ones are kept: ${messageOf(error)}`,
      );
      return {
        inputs,
        outputs: { address: olds.address, hostKey: olds.hostKey, facts: olds.facts },
      };
    }
  },

  update(context, _id, _olds, news) {
    return examine(context, news);
  },

  delete() {
    // Nothing was put on the host.
    return Promise.resolve();
  },
};

async function examine(context: Context, inputs: Inputs): Promise<Outputs> {
  context.log.status("waiting for address and host key");
  const endpoint = await context.inventory.resolve(inputs, undefined, context.signal);
  context.log.status(`connecting to ${endpoint.address}`);
  const connection = await context.connect(inputs);
  context.log.status("gathering facts");
  const gathered = await gather(connection);
  warnOfCloudInit(context, inputs.machine, gathered);
  const peers = await askPeers(context, connection, inputs, gathered.facts);
  const problems = preflight(connection.address, gathered, inputs.requirements, peers);
  if (problems.length > 0) throw preflightError(inputs.machine, problems);
  return outputsOf(endpoint, connection.hostKey, gathered.facts);
}

function warnOfCloudInit(context: Context, machine: string, gathered: Gathered): void {
  if (gathered.cloudInitErrors.length === 0) return;
  context.warn(
    `cloud-init reported errors on ${machine} (see /var/log/cloud-init-output.log there):\n${gathered.cloudInitErrors.map((line) => `  ${line}`).join("\n")}`,
  );
}

/** Facts whose change means something: free space moves all the time and would show drift at every refresh. */
function steady(facts: HostFacts, recorded: HostFacts): HostFacts {
  return { ...facts, diskFreeGiB: recorded.diskFreeGiB };
}

function idOf({ machine, vmUuid }: MachineRef): string {
  return vmUuid === undefined ? machine : `${machine}/${vmUuid}`;
}

function inputsOf({ machine, vmUuid, requirements }: Inputs): Inputs {
  return { machine, vmUuid, requirements };
}

function outputsOf(endpoint: Endpoint, hostKey: string, facts: HostFacts): Outputs {
  return { address: endpoint.address, hostKey, facts };
}
