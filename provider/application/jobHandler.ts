import { setTimeout as sleep } from "node:timers/promises";
import type { SwarmJobInputs, SwarmJobOutputs } from "../sdk/shapes";
import { compareInputs } from "../server/difference";
import { messageOf } from "../server/failure";
import { PartlyCreated, type Context, type ResourceHandler } from "../server/handler";
import { unknown } from "../server/unknown";
import { isOutOfSequence } from "../swarm/errors";
import { ask, credentialFor, inspectService, lastLines, listTasks, removeService } from "./api";
import { failureReport } from "./failureReport";
import { objectionToAdopting } from "../sdk/ownership";
import { jobsAreSkipped } from "./jobMode";
import { failedTasks } from "./judge";
import { wantedSpec } from "./serviceSpec";
import type { LiveService, LiveTask } from "./types";

type Inputs = SwarmJobInputs;
type Outputs = SwarmJobOutputs;

const inputKeys = ["name", "spec", "timeoutSeconds", "run"] as const;
/** Between two looks at a job, milliseconds. */
const every = 500;
/** How many of a job's last lines are shown when it has succeeded. */
const shownLines = 5;

/** Something that runs to its end: the service stays, so that its log can be read. */
export const swarmJob: ResourceHandler<Inputs, Outputs> = {
  token: "slipway:index:SwarmJob",
  secretOutputs: [],

  check: () => [],

  diff: (olds, news) => compareInputs(olds, news, inputKeys, ["name"]),

  preview: (_context, _inputs, olds) =>
    Promise.resolve({ serviceId: olds?.serviceId ?? unknown, completed: unknown }),

  async create(context, inputs) {
    if (jobsAreSkipped()) return { id: inputs.name, outputs: { serviceId: "", completed: "" } };
    const id = await started(context, inputs);
    try {
      return { id, outputs: await completed(context, id, inputs) };
    } catch (error) {
      context.signal.throwIfAborted();
      // It stays in the state, so that it is removed with the application, and runs again with the next deployment.
      throw new PartlyCreated(id, { serviceId: id, completed: "" }, messageOf(error));
    }
  },

  async read(context, _id, olds) {
    const isThere =
      olds.serviceId === "" || (await inspectService(context, olds.serviceId)) !== undefined;
    if (!isThere) return undefined;
    const { name, spec, timeoutSeconds, run, serviceId, completed: when } = olds;
    return {
      inputs: { name, spec, timeoutSeconds, run },
      outputs: { serviceId, completed: when },
    };
  },

  async update(context, _id, olds, news) {
    const hasRun = olds.run === news.run && olds.completed !== "";
    if (jobsAreSkipped() || (hasRun && !compareInputs(olds, news, ["spec"]).changes))
      return { serviceId: olds.serviceId, completed: olds.completed };
    return completed(context, await started(context, news), news);
  },

  // A run that was stopped is removed, and the next one is another service.
  async delete(context, _id, { serviceId }) {
    if (serviceId !== "") await removeService(context, serviceId);
  },
};

/** Starts the job: a new service, or a next iteration of the one that has run before. */
async function started(context: Context, inputs: Inputs): Promise<string> {
  const { owner } = context.application;
  for (;;) {
    const found = await inspectService(context, inputs.name);
    const body = wantedSpec(inputs, owner, found?.Spec);
    const registry = credentialFor(context, body);
    if (found === undefined) {
      const call = { method: "POST", path: "/services/create", body, registry } as const;
      return ((await ask(context, call)) as { ID: string }).ID;
    }
    const objection = objectionToAdopting(found.Spec.Labels ?? {}, body.Labels ?? {}, owner);
    if (objection !== undefined) throw new Error(`the service ${inputs.name} ${objection}`);
    const force = (found.Spec.TaskTemplate?.ForceUpdate ?? 0) + 1;
    try {
      await ask(context, {
        method: "POST",
        path: `/services/${found.ID}/update`,
        query: { version: found.Version.Index },
        body: { ...body, TaskTemplate: { ...body.TaskTemplate, ForceUpdate: force } },
        registry,
      });
      return found.ID;
    } catch (error) {
      if (!isOutOfSequence(error)) throw error;
    }
  }
}

/**
 * Waits for the end of a job.
 * @throws with the last log lines when a task of it fails, or when the time is over; it is stopped then.
 */
async function completed(
  context: Context,
  id: string,
  { name, timeoutSeconds }: Inputs,
): Promise<Outputs> {
  const deadline = performance.now() + timeoutSeconds * 1000;
  for (;;) {
    context.signal.throwIfAborted();
    const service = await inspectService(context, id);
    if (service === undefined) throw new Error(`somebody has removed the job ${name}`);
    const tasks = currentIteration(service, await listTasks(context, id));
    if (hasFailed(service, tasks)) {
      const report = await failureReport(context, name, tasks, new Set());
      throw new Error(`the job ${name} has failed\n${report}`);
    }
    const done = lastOfAll(service, tasks);
    if (done !== undefined) {
      for (const line of await lastLines(context, done.ID, shownLines).catch(() => []))
        context.log.info(`${name} | ${line}`);
      return { serviceId: id, completed: done.Status.Timestamp ?? "" };
    }
    if (performance.now() > deadline) {
      const [task] = tasks;
      const lines = task && (await lastLines(context, task.ID, shownLines).catch(() => []));
      await ask(context, { method: "DELETE", path: `/services/${id}` });
      throw new Error(
        [
          `the job ${name} was not done after ${timeoutSeconds} s (${describe(task)}), and was stopped`,
          ...(lines ?? []).map((line) => `    | ${line}`),
        ].join("\n"),
      );
    }
    context.log.status(`${name}: ${describe(tasks[0])}`);
    await sleep(every, undefined, { signal: context.signal });
  }
}

/** Tasks of the latest run: for a moment there are none, and those of the run before are there still. */
function currentIteration(
  { JobStatus }: LiveService,
  tasks: readonly LiveTask[],
): readonly LiveTask[] {
  const latest = JobStatus?.JobIteration?.Index ?? 0;
  return tasks.filter(({ JobIteration }) => (JobIteration?.Index ?? 0) === latest);
}

/** Whether a task has failed more often than the file lets it be started again. */
function hasFailed({ Spec }: LiveService, tasks: readonly LiveTask[]): boolean {
  const { Condition: condition, MaxAttempts: attempts = 0 } =
    Spec.TaskTemplate?.RestartPolicy ?? {};
  const restarts = condition === "none" ? 0 : attempts === 0 ? Infinity : attempts;
  const failures = new Map<string, number>();
  for (const { Slot, NodeID } of failedTasks(tasks, new Set())) {
    const place = String(Slot ?? NodeID);
    failures.set(place, (failures.get(place) ?? 0) + 1);
  }
  return Math.max(0, ...failures.values()) > restarts;
}

/** The task that completed the job; `undefined` while tasks are missing. */
function lastOfAll({ Spec }: LiveService, tasks: readonly LiveTask[]): LiveTask | undefined {
  const done = tasks.filter(({ Status }) => Status.State === "complete");
  const nodes = new Set(tasks.map(({ NodeID }) => NodeID));
  const wanted = Spec.Mode?.ReplicatedJob?.TotalCompletions ?? Math.max(nodes.size, 1);
  return done.length < wanted ? undefined : done.at(-1);
}

function describe(task: LiveTask | undefined): string {
  if (task === undefined) return "no node has it yet";
  const { State, Err } = task.Status;
  return Err === undefined ? State : `${State}: ${Err}`;
}
