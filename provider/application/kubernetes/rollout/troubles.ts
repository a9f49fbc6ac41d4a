import type { LiveContainer, LivePod } from "../pods";

/** What is wrong with a pod of the new version. */
export interface Trouble {
  readonly pod: LivePod;
  /** `web ended with 1 and was started again 2 times`. */
  readonly why: string;
}

/** How often a container of a pod may end during a rollout before that has failed. */
const restartLimit = 2;
/** How long what often passes by itself may last, seconds. */
const patience = {
  /** A registry that is away for a moment; the kubelet asks again after 10, 20 and 40 seconds. */
  image: 60,
  /** A Secret that comes a moment later. */
  start: 30,
} as const;

/** Why a container does not start: what never passes by itself, and what may. */
const waits: Readonly<Record<string, number>> = {
  InvalidImageName: 0,
  ErrImageNeverPull: 0,
  ErrImagePull: patience.image,
  ImagePullBackOff: patience.image,
  CreateContainerConfigError: patience.start,
  CreateContainerError: patience.start,
  RunContainerError: patience.start,
};

/**
 * What pods of the new version go through, look after look. It remembers since when, by a clock of its own: those of the
 * cluster's machines may differ.
 */
export class Troubles {
  /** By pod and kind of trouble: when it was first seen, ms. */
  private readonly since = new Map<string, number>();
  /** Restarts of a container when it was first seen: those of its life before this rollout. */
  private readonly before = new Map<string, number>();

  /** @param readySeconds how long a container may run without its pod getting ready. */
  constructor(
    private readonly readySeconds: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** What has lasted for too long now, or never passes. */
  look(pods: readonly LivePod[]): readonly Trouble[] {
    return pods.flatMap((pod) => {
      const why = this.troubleOf(pod);
      return why === undefined ? [] : [{ pod, why }];
    });
  }

  private troubleOf(pod: LivePod): string | undefined {
    // One that goes, or was taken from its node, is replaced by another one.
    if (pod.metadata.deletionTimestamp !== undefined || pod.status?.phase === "Failed") return;
    for (const container of pod.status?.containerStatuses ?? []) {
      const why = this.restarts(pod, container) ?? this.waiting(pod, container);
      if (why !== undefined) return why;
    }
    const { phase, conditions = [] } = pod.status ?? {};
    const isReady = conditions.some(({ type, status }) => type === "Ready" && status === "True");
    if (this.lasts(pod, "unready", phase === "Running" && !isReady, this.readySeconds))
      return `runs, and is not ready after ${this.readySeconds} s`;
    return undefined;
  }

  private restarts(pod: LivePod, { name, restartCount = 0, ...states }: LiveContainer) {
    const key = `${pod.metadata.name}/${name}`;
    const before = this.before.get(key) ?? restartCount;
    this.before.set(key, before);
    const count = restartCount - before;
    if (count < restartLimit) return undefined;
    const ended = states.lastState?.terminated ?? states.state?.terminated;
    const how = ended === undefined ? "" : ` with ${ended.exitCode ?? ended.reason ?? "?"}`;
    return `${name} ended${how} and was started again ${count} times`;
  }

  private waiting(pod: LivePod, { name, state }: LiveContainer): string | undefined {
    const { reason = "", message = "" } = state?.waiting ?? {};
    const allowed = waits[reason];
    if (!this.lasts(pod, `waits/${name}`, allowed !== undefined, allowed ?? 0)) return undefined;
    return `${name} can't start: ${[reason, message].filter(Boolean).join(": ")}`;
  }

  private lasts(pod: LivePod, kind: string, is: boolean, seconds: number): boolean {
    const key = `${pod.metadata.name}/${kind}`;
    if (!is) {
      this.since.delete(key);
      return false;
    }
    const since = this.since.get(key) ?? this.now();
    this.since.set(key, since);
    return this.now() - since >= seconds * 1000;
  }
}
