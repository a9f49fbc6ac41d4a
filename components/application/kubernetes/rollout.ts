import type { RolloutLimits } from "../../../provider/sdk/shapes";
import { canStartFirst, deployOf } from "../service";
import { seconds, stopSeconds } from "./quantities";
import { hostPorts } from "./ports";
import { isProbed, readySeconds, startSeconds } from "./probes";
import type { ServiceContext } from "./types";

/** Docker's own default for `update_config.monitor`, seconds. */
const monitorSeconds = 5;

/** Whether a new task is ready before the one that it replaces is told to stop. */
export function startsFirst({ service, args }: ServiceContext): boolean {
  const { mode, update_config: config } = deployOf(service);
  // Two pods of a DaemonSet are on one node for a while, and it has each port once.
  if (mode === "global" && hostPorts(service).length > 0) return false;
  const order = config?.order;
  if (order !== undefined) return order === "start-first";
  return canStartFirst(service, args.plan.project);
}

/** How many tasks are replaced at a time. */
export function rollingUpdate(context: ServiceContext): object {
  const { parallelism = 1 } = deployOf(context.service).update_config ?? {};
  // All at once, as Docker has it.
  const batch = parallelism === 0 ? "100%" : parallelism;
  return startsFirst(context)
    ? { maxSurge: batch, maxUnavailable: 0 }
    : { maxSurge: 0, maxUnavailable: batch };
}

/**
 * How long a new task must be ready before the next one is replaced, seconds: Docker's pause between batches, and its watch
 * over what might fail yet. Where nothing probes the service it is all that tells a crash at the start from success.
 */
export function minReadySeconds({ service }: ServiceContext): number {
  const { delay, monitor } = deployOf(service).update_config ?? {};
  const watched = seconds(monitor) ?? (isProbed(service) ? 0 : monitorSeconds);
  return Math.max(seconds(delay) ?? 0, watched);
}

/** How long a rollout may go without progress, image pull included, seconds: as on Swarm. */
const progressSeconds = 300;
/** What the cluster itself takes to replace a pod, seconds, with room to spare. */
const replaceSeconds = 10;

/** What a container may take on top of what its probes allow, seconds: the kubelet is busy when many start. */
const readyMargin = 30;

/**
 * When a rollout has failed. A service that may take long to start, or has many pods one after the other, has that much
 * longer.
 *
 * @param pods undefined where their number is not known.
 */
export function rolloutLimits(context: ServiceContext, pods: number | undefined): RolloutLimits {
  const { service } = context;
  const start = startSeconds(service) + minReadySeconds(context);
  const progress = progressSeconds + start;
  const stop = startsFirst(context) ? 0 : stopSeconds(service);
  const { parallelism = 1 } = deployOf(service).update_config ?? {};
  const batches = parallelism === 0 ? 1 : Math.ceil((pods ?? 1) / parallelism);
  const total =
    pods === undefined ? 2 * progress : progress + batches * (start + stop + replaceSeconds);
  return {
    readySeconds: readySeconds(service) + readyMargin,
    progressSeconds: progress,
    totalSeconds: total,
  };
}
