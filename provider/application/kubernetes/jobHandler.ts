import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesJobInputs, KubernetesJobOutputs } from "../../sdk/shapes";
import { ownerLabel } from "../../sdk/ownership";
import { compareInputs } from "../../server/difference";
import { messageOf } from "../../server/failure";
import { PartlyCreated, type Context, type ResourceHandler } from "../../server/handler";
import { unknown } from "../../server/unknown";
import { jobsAreSkipped } from "../jobMode";
import { KubernetesRefusal } from "./client";
import { lastLines, podReport, podsOfJob } from "./pods";

type Inputs = KubernetesJobInputs;
type Outputs = KubernetesJobOutputs;

/** A Job as the API server tells of it, as far as we look at it. */
interface LiveJob {
  readonly metadata: {
    readonly name: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly status?: {
    readonly active?: number;
    readonly ready?: number;
    readonly completionTime?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
  };
}

const inputKeys = ["namespace", "name", "object", "timeoutSeconds", "run"] as const;
/** Between two looks at a job, ms. */
const every = 1000;
/** How many of a job's last lines are shown when it has succeeded. */
const shownLines = 5;
/** What the API server may take to tell that a job's time is over, seconds. */
const graceSeconds = 30;

/**
 * Something that runs to its end. The Kubernetes provider would make a Job run again for a release that is brought back,
 * which `slipway rollback` must not do; and it forgets what the Job has said.
 */
export const kubernetesJob: ResourceHandler<Inputs, Outputs> = {
  token: "slipway:index:KubernetesJob",
  secretOutputs: [],

  check: () => [],

  diff: (olds, news) => compareInputs(olds, news, inputKeys, ["namespace", "name"]),

  preview: (_context, _inputs, olds) =>
    Promise.resolve({ jobName: olds?.jobName ?? unknown, completed: unknown }),

  async create(context, inputs) {
    const id = `${inputs.namespace}/${inputs.name}`;
    if (jobsAreSkipped()) return { id, outputs: { jobName: "", completed: "" } };
    try {
      return { id, outputs: await ran(context, inputs) };
    } catch (error) {
      context.signal.throwIfAborted();
      // It stays in the state, so that it is removed with the application, and runs again with the next deployment.
      throw new PartlyCreated(id, { jobName: nameOf(inputs), completed: "" }, messageOf(error));
    }
  },

  async read(context, _id, olds) {
    const { namespace, name, object, timeoutSeconds, run, jobName, completed } = olds;
    if (jobName !== "" && (await inspect(context, namespace, jobName)) === undefined)
      return undefined;
    return {
      inputs: { namespace, name, object, timeoutSeconds, run },
      outputs: { jobName, completed },
    };
  },

  async update(context, _id, olds, news) {
    const { jobName, completed } = olds;
    const hasRun = olds.run === news.run && completed !== "";
    if (jobsAreSkipped() || (hasRun && !compareInputs(olds, news, ["object"]).changes))
      return { jobName, completed };
    const outputs = await ran(context, news);
    if (jobName !== "" && jobName !== outputs.jobName)
      await context.kubernetes.remove(pathOf(news.namespace, jobName), context.signal);
    return outputs;
  },

  async delete(context, _id, { namespace, jobName }) {
    if (jobName !== "") await context.kubernetes.remove(pathOf(namespace, jobName), context.signal);
  },
};

function nameOf({ object }: Inputs): string {
  return (object as { readonly metadata: { readonly name: string } }).metadata.name;
}

function pathOf(namespace: string, name = ""): string {
  return `/apis/batch/v1/namespaces/${namespace}/jobs${name === "" ? "" : `/${name}`}`;
}

function inspect(context: Context, namespace: string, name: string): Promise<LiveJob | undefined> {
  return context.kubernetes.get<LiveJob>(pathOf(namespace, name), context.signal);
}

/** Runs the job from its beginning: what an earlier run has left under its name is removed first. */
async function ran(context: Context, inputs: Inputs): Promise<Outputs> {
  const { namespace, object } = inputs;
  const { owner } = context.kubernetes;
  const { metadata } = object as { readonly metadata: { readonly annotations?: object } };
  const owned = {
    ...object,
    metadata: { ...metadata, annotations: { ...metadata.annotations, [ownerLabel]: owner } },
  };
  for (;;) {
    await removed(context, inputs);
    try {
      await context.kubernetes.create(pathOf(namespace), owned, context.signal);
      return await completed(context, inputs);
    } catch (error) {
      if (!(error instanceof KubernetesRefusal) || error.status !== 409) throw error;
    }
  }
}

/** @throws Error when the Job under the name is somebody else's. */
async function removed(context: Context, inputs: Inputs): Promise<void> {
  const { namespace } = inputs;
  const name = nameOf(inputs);
  for (;;) {
    const found = await inspect(context, namespace, name);
    if (found === undefined) return;
    const holder = found.metadata.annotations?.[ownerLabel];
    if (holder !== context.kubernetes.owner) {
      throw new Error(
        `the job ${name} exists in ${namespace}, and ${holder === undefined ? "was not made by Slipway" : `belongs to the Pulumi stack ${holder}`}; remove it, or give this application another name (slipway:application)`,
      );
    }
    if (found.metadata.deletionTimestamp === undefined)
      await context.kubernetes.remove(pathOf(namespace, name), context.signal);
    await sleep(every, undefined, { signal: context.signal });
  }
}

/**
 * Waits for the end of a job.
 * @throws with the last log lines when it has failed, or when the time is over; it is stopped then.
 */
async function completed(context: Context, inputs: Inputs): Promise<Outputs> {
  const { namespace, name, timeoutSeconds } = inputs;
  const jobName = nameOf(inputs);
  const deadline = performance.now() + (timeoutSeconds + graceSeconds) * 1000;
  for (;;) {
    context.signal.throwIfAborted();
    const job = await inspect(context, namespace, jobName);
    if (job === undefined) throw new Error(`somebody has removed the job ${name}`);
    const { conditions = [], completionTime = "", active = 0, ready = 0 } = job.status ?? {};
    const has = (type: string) => conditions.find((c) => c.type === type && c.status === "True");
    if (has("Complete") !== undefined) {
      const pods = await podsOfJob(context, namespace, jobName);
      const [last] = pods.filter(({ status }) => status?.phase === "Succeeded").reverse();
      for (const line of last === undefined ? [] : await lastLines(context, last, shownLines))
        context.log.info(`${name} | ${line}`);
      return { jobName, completed: completionTime };
    }
    const failure = has("Failed");
    if (failure !== undefined || performance.now() > deadline) {
      const report = await podReport(context, await podsOfJob(context, namespace, jobName));
      const why =
        failure === undefined || failure.reason === "DeadlineExceeded"
          ? `was not done after ${timeoutSeconds} s, and was stopped`
          : `has failed${failure.message === undefined ? "" : `: ${failure.message}`}`;
      if (failure === undefined)
        await context.kubernetes.remove(pathOf(namespace, jobName), context.signal);
      throw new Error([`the job ${name} ${why}`, ...report].join("\n"));
    }
    context.log.status(
      `${name}: ${active === 0 ? "has no pod yet" : ready === 0 ? "its pod starts" : "runs"}`,
    );
    await sleep(every, undefined, { signal: context.signal });
  }
}
