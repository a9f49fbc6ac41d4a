import type { SwarmNetworkInputs, SwarmNetworkOutputs } from "../sdk/shapes";
import { compareInputs } from "../server/difference";
import { messageOf } from "../server/failure";
import type { Context, Created, Problem, ResourceHandler } from "../server/handler";
import { unknown } from "../server/unknown";
import { statusOf } from "../swarm/errors";
import { until } from "../cluster/poll";
import { ask, inspectNetwork } from "./api";
import type { LiveNetwork } from "./types";
import { objectionToAdopting, ownerLabel } from "../sdk/ownership";

type Inputs = SwarmNetworkInputs;

const inputKeys = [
  "name",
  "labels",
  "driver",
  "driverOptions",
  "attachable",
  "internal",
  "ipam",
] as const;
const neededKeys = inputKeys.filter((key) => key !== "labels" && key !== "name");

/** How long the last tasks of removed services may hold on to their network, seconds. */
const releaseSeconds = 120;

/** A network of an application. */
export const swarmNetwork: ResourceHandler<Inputs, SwarmNetworkOutputs> = {
  token: "slipway:index:SwarmNetwork",
  secretOutputs: [],
  optionalInputs: ["ipam"],

  check: (): readonly Problem[] => [],

  diff(olds, news) {
    const changed = compareInputs(olds, news, neededKeys).changedKeys ?? [];
    if (changed.length > 0 && olds.name === news.name) {
      throw new Error(
        `the network ${olds.name}: Swarm can't change ${changed.join(", ")} of a network that exists. Give the network another name in the file: services move to it as they are updated, and the old one is removed`,
      );
    }
    return compareInputs(
      olds,
      news,
      inputKeys,
      inputKeys.filter((key) => key !== "labels"),
    );
  },

  preview: (_context, _inputs, olds) => Promise.resolve({ networkId: olds?.networkId ?? unknown }),

  async create(context, inputs) {
    const { owner } = context.application;
    const present = await adopted(context, inputs);
    if (present !== undefined) return present;
    const body = {
      Name: inputs.name,
      Labels: { ...inputs.labels, [ownerLabel]: owner },
      Driver: inputs.driver,
      Scope: "swarm",
      Options: inputs.driverOptions,
      Attachable: inputs.attachable,
      Internal: inputs.internal,
      CheckDuplicate: true,
      ...(inputs.ipam && {
        IPAM: {
          Driver: inputs.ipam.driver ?? "default",
          Config: inputs.ipam.pools.map(({ subnet, gateway, ipRange }) => ({
            Subnet: subnet,
            Gateway: gateway,
            IPRange: ipRange,
          })),
        },
      }),
    };
    try {
      const answer = await ask(context, { method: "POST", path: "/networks/create", body });
      const id = (answer as { Id: string }).Id;
      return { id, outputs: { networkId: id } };
    } catch (error) {
      // Asked twice, because the first answer was lost with its manager: the network is there.
      const made = statusOf(error) === 409 ? await adopted(context, inputs) : undefined;
      if (made === undefined) throw error;
      return made;
    }
  },

  async read(context, id, olds) {
    const found = await inspectNetwork(context, id);
    if (found === undefined) return undefined;
    const { networkId, ...inputs } = olds;
    return { inputs, outputs: { networkId } };
  },

  // Labels of a network can't be changed, and nothing depends on them.
  update: (_context, id) => Promise.resolve({ networkId: id }),

  async delete(context, id, { name }) {
    let last = "";
    await until(
      async () => {
        try {
          await ask(context, { method: "DELETE", path: `/networks/${id}` });
          return true;
        } catch (error) {
          if (statusOf(error) === 404) return true;
          last = messageOf(error);
          if (!/in use|active endpoints/.test(last)) throw error;
          context.log.status(`${name}: waiting until the last task has left`);
          return undefined;
        }
      },
      {
        seconds: releaseSeconds,
        signal: context.signal,
        late: () => `the network ${name} is in use after ${releaseSeconds} s still: ${last}`,
      },
    );
  },
};

/** The network that is there under the name already, by an earlier, killed run or `docker stack deploy`. */
async function adopted(
  context: Context,
  inputs: Inputs,
): Promise<Created<SwarmNetworkOutputs> | undefined> {
  const { name, labels } = inputs;
  const found = await inspectNetwork(context, name);
  if (found?.Name !== name) return undefined;
  const objection = objectionToAdopting(found.Labels ?? {}, labels, context.application.owner);
  if (objection !== undefined) throw new Error(`the network ${name} ${objection}`);
  const unlike = differencesTo(found, inputs);
  if (unlike.length > 0) {
    throw new Error(
      `the network ${name} exists already with another ${unlike.join(", ")}, which Swarm can't change; remove it, or give the network another name in the file`,
    );
  }
  return { id: found.Id, outputs: { networkId: found.Id } };
}

/** In what a network that is there is not the one that is wanted. The engine adds options of its own to those given. */
function differencesTo(found: LiveNetwork, wanted: Inputs): readonly string[] {
  const options = found.Options ?? {};
  const sameOptions =
    "encrypted" in options === "encrypted" in wanted.driverOptions &&
    Object.entries(wanted.driverOptions).every(([key, value]) => options[key] === value);
  return [
    ...(found.Driver === wanted.driver ? [] : ["driver"]),
    ...(sameOptions ? [] : ["driver_opts"]),
    ...((found.Attachable ?? false) === wanted.attachable ? [] : ["attachable"]),
    ...((found.Internal ?? false) === wanted.internal ? [] : ["internal"]),
  ];
}
