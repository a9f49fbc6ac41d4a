import { setTimeout as sleep } from "node:timers/promises";
import type {
  KubernetesRolloutInputs,
  KubernetesRolloutOutputs,
  RolloutKind,
} from "../../../sdk/kubernetesShapes";
import { compareInputs } from "../../../server/difference";
import { messageOf } from "../../../server/failure";
import { PartlyCreated, type Context, type ResourceHandler } from "../../../server/handler";
import { podReport, podsWith, type LivePod } from "../pods";
import { Troubles } from "./troubles";
import {
  describeProgress,
  labelOfNewest,
  progressOf,
  type LiveVersion,
  type LiveWorkload,
  type RolloutProgress,
} from "./workload";

type Inputs = KubernetesRolloutInputs;
type Outputs = KubernetesRolloutOutputs;

const inputKeys = ["namespace", "kind", "name", "revision", "limits"] as const;
/** Between two looks at a workload, ms. */
const every = 1000;

/**
 * A rollout that was waited for. The workload itself is the Kubernetes plugin's; what happens to its pods is watched here,
 * so that a version that can't run is told of in seconds, with what it wrote last, and not after the plugin's ten minutes.
 */
export const kubernetesRollout: ResourceHandler<Inputs, Outputs> = {
  token: "slipway:index:KubernetesRollout",
  secretOutputs: [],

  check: () => [],

  diff: (olds, news) => compareInputs(olds, news, inputKeys, ["namespace", "kind", "name"]),

  preview: () => Promise.resolve({}),

  async create(context, inputs) {
    const id = `${inputs.namespace}/${inputs.kind}/${inputs.name}`;
    try {
      await completed(context, inputs);
    } catch (error) {
      context.signal.throwIfAborted();
      throw new PartlyCreated(id, {}, messageOf(error));
    }
    return { id, outputs: {} };
  },

  async read(context, _id, { namespace, kind, name, revision, limits }) {
    if ((await inspect(context, namespace, kind, name)) === undefined) return undefined;
    return { inputs: { namespace, kind, name, revision, limits }, outputs: {} };
  },

  async update(context, _id, _olds, news) {
    await completed(context, news);
    return {};
  },

  /** The workload goes by itself. */
  delete: () => Promise.resolve(),
};

const resourceOf = {
  Deployment: "deployments",
  StatefulSet: "statefulsets",
  DaemonSet: "daemonsets",
} as const satisfies Record<RolloutKind, string>;

function pathOf(namespace: string, resource: string): string {
  return `/apis/apps/v1/namespaces/${namespace}/${resource}`;
}

function inspect(
  { kubernetes, signal }: Context,
  namespace: string,
  kind: RolloutKind,
  name: string,
): Promise<LiveWorkload | undefined> {
  return kubernetes.get(`${pathOf(namespace, resourceOf[kind])}/${name}`, signal);
}

/** @throws Error with what keeps the pods from running, and their last lines. */
async function completed(context: Context, inputs: Inputs): Promise<void> {
  const { namespace, kind, name, limits } = inputs;
  const troubles = new Troubles(limits.readySeconds);
  const begin = performance.now();
  const secondsSince = (time: number) => (performance.now() - time) / 1000;
  let last: { readonly text: string; readonly at: number } = { text: "", at: begin };
  for (;;) {
    context.signal.throwIfAborted();
    const live = await inspect(context, namespace, kind, name);
    if (live === undefined) throw new Error(`somebody has removed the ${kind} ${name}`);
    const progress = progressOf(kind, live);
    if (progress.done) return;
    const text = describeProgress(progress);
    if (text !== last.text) last = { text, at: performance.now() };
    context.log.status(`${name}: ${text}`);
    const pods = await newPods(context, inputs, live);
    const found = troubles.look(pods);
    const late = lateness(limits, secondsSince(begin), secondsSince(last.at), progress);
    if (found.length > 0 || late !== undefined) {
      const [first] = found;
      const why = first === undefined ? late : `the pod ${first.pod.metadata.name}: ${first.why}`;
      const told = found.length > 0 ? found.map(({ pod }) => pod) : pods.filter(isUnready);
      throw new Error(
        [`the rollout of ${name} has failed: ${why}`, ...(await podReport(context, told))].join(
          "\n",
        ),
      );
    }
    await sleep(every, undefined, { signal: context.signal });
  }
}

function lateness(
  { progressSeconds, totalSeconds }: Inputs["limits"],
  all: number,
  still: number,
  progress: RolloutProgress,
): string | undefined {
  if (still > progressSeconds)
    return `nothing has changed for ${progressSeconds} s: ${describeProgress(progress)}`;
  if (all > totalSeconds)
    return `it was not done after ${totalSeconds} s: ${describeProgress(progress)}`;
  return undefined;
}

function isUnready({ status }: LivePod): boolean {
  return !status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True");
}

/** Pods of the version that is rolled out. */
async function newPods(
  context: Context,
  { namespace, kind }: Inputs,
  live: LiveWorkload,
): Promise<readonly LivePod[]> {
  const labels = live.spec?.selector?.matchLabels ?? {};
  const newest = labelOfNewest(kind, live, await versionsOf(context, namespace, kind, labels));
  if (newest === undefined) return [];
  const [label, value] = newest;
  return podsWith(context, namespace, { ...labels, [label]: value });
}

async function versionsOf(
  { kubernetes, signal }: Context,
  namespace: string,
  kind: RolloutKind,
  labels: Readonly<Record<string, string>>,
): Promise<readonly LiveVersion[]> {
  if (kind === "StatefulSet") return [];
  const resource = kind === "Deployment" ? "replicasets" : "controllerrevisions";
  const selector = Object.entries(labels).map((label) => label.join("="));
  const query = `?labelSelector=${encodeURIComponent(selector.join(","))}`;
  const found = await kubernetes.get<{ readonly items?: readonly LiveVersion[] | null }>(
    `${pathOf(namespace, resource)}${query}`,
    signal,
  );
  return found?.items ?? [];
}
