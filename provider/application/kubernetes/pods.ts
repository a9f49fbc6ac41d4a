import type { Context } from "../../server/handler";

/** A pod as the API server tells of it, as far as we look at it. */
export interface LivePod {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
  };
  readonly spec?: { readonly nodeName?: string };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
    readonly containerStatuses?: readonly LiveContainer[];
  };
}

export interface LiveContainer {
  readonly name: string;
  readonly restartCount?: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly terminated?: { readonly reason?: string; readonly exitCode?: number };
  readonly running?: object;
}

/** How many pods are told of, and how many of each one's last lines. */
const told = { pods: 2, lines: 10 } as const;

/** Pods of a job, the oldest first. */
export function podsOfJob(
  context: Context,
  namespace: string,
  job: string,
): Promise<readonly LivePod[]> {
  return podsWith(context, namespace, { "batch.kubernetes.io/job-name": job });
}

/** Pods that have all of these labels, the oldest first. */
export async function podsWith(
  context: Context,
  namespace: string,
  labels: Readonly<Record<string, string>>,
): Promise<readonly LivePod[]> {
  const selector = Object.entries(labels).map((label) => label.join("="));
  const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(selector.join(","))}`;
  const found = await context.kubernetes.get<{ readonly items?: readonly LivePod[] | null }>(
    path,
    context.signal,
  );
  const time = ({ metadata }: LivePod) => metadata.creationTimestamp ?? "";
  return [...(found?.items ?? [])].sort((a, b) => time(a).localeCompare(time(b)));
}

/** The last lines of a pod, of the container that ran before where the present one has nothing to say yet. */
export async function lastLines(
  context: Context,
  { metadata: { namespace, name } }: LivePod,
  count: number,
): Promise<readonly string[]> {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/log?tailLines=${count}`;
  const read = async (query: string): Promise<readonly string[]> => {
    // A container that never started has no log: that is no failure of ours.
    const text = await context.kubernetes.text(`${path}${query}`, context.signal).catch(() => "");
    return (text ?? "").split("\n").filter(Boolean);
  };
  const lines = await read("");
  return lines.length > 0 ? lines : read("&previous=true");
}

/** Why pods failed: where each ran, what became of its containers, and its last lines. */
export async function podReport(
  context: Context,
  pods: readonly LivePod[],
): Promise<readonly string[]> {
  const failed = pods
    .filter(({ status }) => status?.phase !== "Succeeded")
    .slice(-told.pods)
    .reverse();
  const parts = await Promise.all(
    failed.map(async (pod) => [
      describePod(pod),
      ...(await lastLines(context, pod, told.lines)).map((line) => `    | ${line}`),
    ]),
  );
  return parts.flat();
}

/** `  pod web-5f on workers-0: web: CrashLoopBackOff, ended with 1, 3 restarts`. */
export function describePod({ metadata, spec, status = {} }: LivePod): string {
  const where = spec?.nodeName === undefined ? "" : ` on ${spec.nodeName}`;
  const containers = (status.containerStatuses ?? []).map(describeContainer);
  const unscheduled = status.conditions?.find(
    (condition) => condition.type === "PodScheduled" && condition.status === "False",
  );
  const why = [
    ...(status.reason === undefined ? [] : [status.reason]),
    ...(unscheduled?.message === undefined ? [] : [unscheduled.message]),
    ...containers,
  ];
  return `  pod ${metadata.name}${where}: ${why.length > 0 ? why.join("; ") : (status.phase ?? "unknown")}`;
}

function describeContainer({
  name,
  state = {},
  lastState = {},
  restartCount = 0,
}: LiveContainer): string {
  const { waiting, running } = state;
  const ended = state.terminated ?? lastState.terminated;
  const parts = [
    ...(waiting === undefined
      ? []
      : [[waiting.reason, waiting.message].filter(Boolean).join(": ") || "waits"]),
    ...(running === undefined ? [] : ["runs"]),
    ...(ended === undefined ? [] : [`${ended.reason ?? "ended"} with ${ended.exitCode ?? "?"}`]),
    ...(restartCount > 0 ? [`restarted ${restartCount} times`] : []),
  ];
  return `${name}: ${parts.join(", ")}`;
}
