import type { RolloutKind } from "../../../sdk/kubernetesShapes";

/** A workload as the API server tells of it, as far as we look at it. */
export interface LiveWorkload {
  readonly metadata: {
    readonly uid?: string;
    /** Goes up with each change of what is wanted. */
    readonly generation?: number;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: {
    readonly replicas?: number;
    readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  };
  readonly status?: LiveStatus;
}

/** What the three controllers tell, each in words of its own. Numbers that are 0 are absent. */
interface LiveStatus {
  /** The change that the rest of the status is about: what is older says nothing of it. */
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly availableReplicas?: number;
  readonly currentRevision?: string;
  readonly updateRevision?: string;
  readonly desiredNumberScheduled?: number;
  readonly updatedNumberScheduled?: number;
  readonly numberAvailable?: number;
}

/** How far a rollout is. */
export interface RolloutProgress {
  readonly done: boolean;
  /** Pods of the new version. */
  readonly updated: number;
  /** Pods that have been ready for as long as they must be, of any version. */
  readonly available: number;
  /** Pods that there should be. */
  readonly wanted: number;
}

/**
 * How far a rollout is: as `kubectl rollout status` decides it. Pulumi's plugin takes the status of the change before for
 * that of a StatefulSet that has just been changed, and tells of success before anything was done.
 */
export function progressOf(kind: RolloutKind, live: LiveWorkload): RolloutProgress {
  const { metadata, spec = {}, status = {} } = live;
  const isSeen = (status.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  switch (kind) {
    case "Deployment": {
      const { replicas = 0, updatedReplicas: updated = 0, availableReplicas = 0 } = status;
      const wanted = spec.replicas ?? 1;
      const done =
        isSeen && updated >= wanted && replicas <= updated && availableReplicas >= updated;
      return { done, updated, available: availableReplicas, wanted };
    }
    case "StatefulSet": {
      const { replicas = 0, updatedReplicas: updated = 0, availableReplicas = 0 } = status;
      const wanted = spec.replicas ?? 1;
      const isRolled = status.currentRevision === status.updateRevision;
      const done = isSeen && isRolled && replicas === wanted && availableReplicas >= wanted;
      return { done, updated, available: availableReplicas, wanted };
    }
    case "DaemonSet": {
      const { desiredNumberScheduled: wanted = 0, updatedNumberScheduled: updated = 0 } = status;
      const { numberAvailable = 0 } = status;
      const done = isSeen && updated >= wanted && numberAvailable >= wanted;
      return { done, updated, available: numberAvailable, wanted };
    }
    default:
      return kind satisfies never;
  }
}

/** `2 of 3 pods are new, 3 are ready`. */
export function describeProgress({ updated, available, wanted }: RolloutProgress): string {
  return `${updated} of ${wanted} pods are new, ${available} are ready`;
}

/** An object that a workload keeps for each of its versions. */
export interface LiveVersion {
  readonly metadata: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly uid: string }[];
  };
  /** Of a ControllerRevision. */
  readonly revision?: number;
}

const revisionAnnotation = "deployment.kubernetes.io/revision";

/**
 * Label that pods of the newest version have, and those of older ones have not.
 *
 * @param versions ReplicaSets of a Deployment, ControllerRevisions of a DaemonSet; not looked at for a StatefulSet.
 * @returns undefined while its controller has not made that version yet.
 */
export function labelOfNewest(
  kind: RolloutKind,
  live: LiveWorkload,
  versions: readonly LiveVersion[],
): readonly [string, string] | undefined {
  const own = versions.filter(({ metadata }) =>
    metadata.ownerReferences?.some(({ uid }) => uid === live.metadata.uid),
  );
  switch (kind) {
    case "Deployment": {
      const revision = live.metadata.annotations?.[revisionAnnotation];
      const newest = own.find(
        ({ metadata }) => metadata.annotations?.[revisionAnnotation] === revision,
      );
      return labelled(newest, "pod-template-hash");
    }
    case "StatefulSet": {
      const revision = live.status?.updateRevision;
      return revision === undefined ? undefined : [revisionLabel, revision];
    }
    case "DaemonSet": {
      const [newest] = [...own].sort((a, b) => (b.revision ?? 0) - (a.revision ?? 0));
      return labelled(newest, revisionLabel);
    }
    default:
      return kind satisfies never;
  }
}

const revisionLabel = "controller-revision-hash";

function labelled(
  version: LiveVersion | undefined,
  label: string,
): readonly [string, string] | undefined {
  const value = version?.metadata.labels?.[label];
  return value === undefined ? undefined : [label, value];
}
