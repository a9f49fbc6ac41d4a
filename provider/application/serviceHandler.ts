import type { SwarmServiceInputs, SwarmServiceOutputs } from "../sdk/shapes";
import { messageOf } from "../server/failure";
import {
  PartlyCreated,
  type Context,
  type Difference,
  type ResourceHandler,
} from "../server/handler";
import { isUnknown, unknown, type Planned } from "../server/unknown";
import { isOutOfSequence, statusOf } from "../swarm/errors";
import { ask, credentialFor, inspectService, listTasks, removeService } from "./api";
import { changedPath, valueDifferences } from "./differences";
import { driftMode } from "./driftMode";
import { failureReport } from "./failureReport";
import { objectionToAdopting } from "../sdk/ownership";
import { converged, RolloutFailed } from "./rollout";
import {
  describeDrift,
  driftOf,
  recordedSpec,
  wantedSpec,
  withDrift,
  withoutDrift,
} from "./serviceSpec";
import type { LiveService, ServiceSpec } from "./types";

type Inputs = SwarmServiceInputs;
type Outputs = SwarmServiceOutputs;

/** How often a write is tried again that met somebody else's. */
const writeTries = 10;

/** A service of an application on a Swarm. */
export const swarmService: ResourceHandler<Inputs, Outputs> = {
  token: "slipway:index:SwarmService",
  secretOutputs: [],

  check: () => [],

  diff: serviceDifference,

  async drift(context, olds) {
    if (driftMode() === "accept") return [];
    const live = await inspectService(context, olds.serviceId);
    if (live === undefined) {
      context.warn(`${olds.name} was removed by somebody else`);
      return [changedPath({ path: ["spec"], before: olds.applied }, true)];
    }
    const drift = driftOf(olds.applied, live.Spec);
    if (drift.length > 0)
      context.warn(`${olds.name} was changed by somebody else: ${describeDrift(drift)}`);
    return drift.map((part) => changedPath({ ...part, path: ["spec", ...part.path] }, true));
  },

  preview(_context, _inputs, olds) {
    return Promise.resolve({
      serviceId: olds?.serviceId ?? unknown,
      applied: unknown,
    });
  },

  async create(context, inputs) {
    const { id, before } = await made(context, inputs);
    try {
      const options = { ...rolloutOptions(inputs, before), steadyMs: steadyMs(inputs) };
      const live = await converged(context, id, options);
      return { id, outputs: { serviceId: id, applied: recordedSpec(live.Spec) } };
    } catch (error) {
      context.signal.throwIfAborted();
      const live = await inspectService(context, id);
      const outputs = {
        serviceId: id,
        applied: live === undefined ? inputs.spec : recordedSpec(live.Spec),
      };
      throw new PartlyCreated(id, outputs, await explained(context, inputs, before, error));
    }
  },

  async read(context, _id, olds) {
    const live = await inspectService(context, olds.serviceId);
    if (live === undefined) return undefined;
    const { serviceId, applied, ...inputs } = olds;
    const drift = driftOf(applied, live.Spec);
    return {
      inputs: { ...inputs, spec: withDrift(inputs.spec, drift) },
      outputs: { serviceId, applied },
    };
  },

  async update(context, _id, olds, news) {
    const id = olds.serviceId;
    const before = await taskIds(context, id);
    const previous = await inspectService(context, id);
    // Somebody has removed it. The resource keeps its id, the Swarm has another one for it.
    if (previous === undefined) return (await this.create(context, news)).outputs;
    const accepted = driftMode() === "accept" ? driftOf(olds.applied, previous.Spec) : [];
    const { owner } = context.application;
    await write(context, id, (live) => withDrift(wantedSpec(news, owner, live.Spec), accepted));
    try {
      const isNews = valueDifferences(olds.spec.Labels, news.spec.Labels).length > 0;
      const live = await converged(context, id, {
        ...rolloutOptions(news, before),
        steadyMs: isNews ? discoveryMs(news) : 0,
      });
      return { serviceId: id, applied: withoutDrift(recordedSpec(live.Spec), accepted) };
    } catch (error) {
      if (!(error instanceof RolloutFailed)) throw error;
      const report = await explained(context, news, before, error);
      if (news.onFailure === "rollback") {
        throw new Error(`${report}\n${await restored(context, id, previous, news)}`, {
          cause: error,
        });
      }
      const live = (await inspectService(context, id)) ?? previous;
      throw new PartlyCreated(
        id,
        { serviceId: id, applied: recordedSpec(live.Spec) },
        `${report}\nit stays as it is (x-slipway.rollback: pause)`,
      );
    }
  },

  delete: (context, _id, olds) => removeService(context, olds.serviceId),
};

function serviceDifference(olds: Inputs & Outputs, news: Planned<Inputs>): Difference {
  const keys = [
    "name",
    "spec",
    "onFailure",
    "progressDeadlineSeconds",
    "discoverySeconds",
  ] as const;
  // A changed name is another service: others call it by its name.
  const renamed = olds.name !== news.name;
  if (isUnknown(news.spec)) return { changes: true, changedKeys: ["spec"] };
  // A Swarm does not turn a service into one of another mode, and has no two of one name.
  const otherMode = modeOf(olds.spec) !== modeOf(news.spec);
  const changed = keys.flatMap((key) => valueDifferences(olds[key], news[key], [key]));
  return {
    changes: changed.length > 0,
    changedKeys: [...new Set(changed.map(({ path }) => String(path[0])))],
    changedPaths: changed.map((difference) => changedPath(difference)),
    replaces: [...(renamed ? ["name"] : []), ...(otherMode ? ["spec"] : [])],
    deleteBeforeReplace: otherMode && !renamed,
  };
}

/** `Replicated`, `Global` or one of the modes of jobs; a service that does not say is replicated. */
function modeOf({ Mode }: { readonly Mode?: object }): string {
  return Object.keys(Mode ?? {})[0] ?? "Replicated";
}

function discoveryMs({ discoverySeconds = 0 }: Inputs): number {
  return discoverySeconds * 1000;
}

/** A health check tells when a new service is well; without one it must live for as long as an update is watched. */
function steadyMs(inputs: Inputs): number {
  const { TaskTemplate, UpdateConfig } = inputs.spec as {
    readonly TaskTemplate?: { readonly ContainerSpec?: { readonly Healthcheck?: object } };
    readonly UpdateConfig?: { readonly Monitor?: number };
  };
  const isWatched = TaskTemplate?.ContainerSpec?.Healthcheck !== undefined;
  return Math.max(isWatched ? 0 : (UpdateConfig?.Monitor ?? 0) / 1e6, discoveryMs(inputs));
}

function rolloutOptions(
  { name, progressDeadlineSeconds }: Inputs,
  before: ReadonlySet<string>,
): Parameters<typeof converged>[2] {
  return { name, before, progressDeadlineSeconds };
}

async function taskIds(context: Context, service: string): Promise<ReadonlySet<string>> {
  return new Set((await listTasks(context, service)).map(({ ID }) => ID));
}

/** A new service, or the one that an earlier, killed run or `docker stack deploy` has left under this name. */
async function made(
  context: Context,
  inputs: Inputs,
): Promise<{ readonly id: string; readonly before: ReadonlySet<string> }> {
  const { owner } = context.application;
  const body = wantedSpec(inputs, owner);
  const registry = credentialFor(context, body);
  try {
    const answer = await ask(context, { method: "POST", path: "/services/create", body, registry });
    return { id: (answer as { ID: string }).ID, before: new Set() };
  } catch (error) {
    if (statusOf(error) !== 409) throw error;
  }
  const found = await inspectService(context, inputs.name);
  if (found === undefined) throw new Error(`${inputs.name} came and went; deploy again`);
  const objection = objectionToAdopting(found.Spec.Labels ?? {}, body.Labels ?? {}, owner);
  if (objection !== undefined) throw new Error(`the service ${inputs.name} ${objection}`);
  const before = await taskIds(context, found.ID);
  await write(context, found.ID, (live) => wantedSpec(inputs, owner, live.Spec));
  return { id: found.ID, before };
}

/** Writes a specification. Another writer's in between is no conflict: ours is the later one. */
async function write(
  context: Context,
  id: string,
  spec: (live: LiveService) => ServiceSpec,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    const live = await inspectService(context, id);
    if (live === undefined) throw new Error("somebody has removed the service");
    const body = spec(live);
    try {
      await ask(context, {
        method: "POST",
        path: `/services/${id}/update`,
        query: { version: live.Version.Index },
        body,
        registry: credentialFor(context, body),
      });
      return;
    } catch (error) {
      if (!isOutOfSequence(error) || tries === writeTries) throw error;
    }
  }
}

async function explained(
  context: Context,
  { name }: Inputs,
  before: ReadonlySet<string>,
  error: unknown,
): Promise<string> {
  const tasks = error instanceof RolloutFailed ? error.tasks : [];
  const report = await failureReport(context, name, tasks, before).catch(() => "");
  const failure = `the rollout of ${name} has failed: ${messageOf(error)}`;
  return report === "" ? failure : `${failure}\n${report}`;
}

/** Puts back what ran before. Where the file says `failure_action: rollback` the managers have begun that already. */
async function restored(
  context: Context,
  id: string,
  previous: LiveService,
  { name, progressDeadlineSeconds }: Inputs,
): Promise<string> {
  const live = await inspectService(context, id);
  const rollingBack = live?.UpdateStatus?.State?.startsWith("rollback") === true;
  if (!rollingBack) await write(context, id, () => previous.Spec);
  try {
    const before = await taskIds(context, id);
    await converged(context, id, { name, before, progressDeadlineSeconds, rollingBack });
    return `${name} runs what it ran before`;
  } catch (error) {
    return `${name} could not be brought back to what it ran before: ${messageOf(error)}`;
  }
}
