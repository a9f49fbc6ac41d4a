import type { FileHandle } from "node:fs/promises";
import type { KubernetesClusterInputs } from "../../sdk/kubernetesShapes";
import type { Context } from "../../server/handler";
import { initialise } from "../cluster/initialise";
import { ControlPlanes, type Probe } from "../controlPlanes";
import { resetHost } from "../kubeadm/reset";
import { kubernetesLock } from "../lock";
import { recordOf } from "../node/join";
import { requireKubeadm } from "../tools";
import { moveEndpoint } from "./endpoint";
import type { Loss } from "./loss";
import { disownFormer, dropLostNodes } from "./nodes";
import { putInPlace, sentSnapshot } from "./place";
import type { Restoring } from "./restoring";
import { sendFile } from "./transfer";
import { tellWorkers, type Untold } from "./workers";

/** A snapshot on this machine, and what it says of itself. */
export interface SnapshotSource {
  readonly file: FileHandle;
  readonly bytes: number;
  readonly restoring: Restoring;
}

export interface Former {
  readonly clusterId: string;
  readonly inputs: KubernetesClusterInputs;
  /** Where it answered: `https://10.0.0.9:6443`. */
  readonly endpoint: string;
}

/** Makes the snapshot a cluster of one control plane again, from wherever an earlier try ended. */
export async function startFrom(
  context: Context,
  loss: Exclude<Loss, { kind: "noMachine" | "answers" }>,
  { file, bytes, restoring }: SnapshotSource,
  { clusterId, inputs }: Former,
): Promise<void> {
  const { probe } = loss;
  const { connection, local } = reached(probe);
  await requireKubeadm(connection, inputs.version);
  if (loss.kind === "put") {
    const { machine, address } = probe.endpoint;
    context.log.status(`sending the snapshot to ${machine}`);
    await sendFile(connection, file, { bytes, sha256: restoring.sha256 }, sentSnapshot);
    if (loss.reset) {
      context.log.status(`taking back what was begun on ${machine}`);
      await resetHost(connection);
    }
    context.log.status(`putting the snapshot in its place on ${machine}`);
    const { version, images } = inputs;
    await putInPlace(connection, { nodeName: local.nodeName, address, version, images }, restoring);
  }
  const answers = await initialise(context, inputs, {
    kind: "initialise",
    probe,
    how: "resume",
  });
  if (answers !== clusterId)
    throw new Error(
      `${probe.endpoint.machine}: the snapshot brought cluster ${answers}, and not ${clusterId}`,
    );
}

/** What an older state says is made true: nodes that are gone, the cluster's address, workers. */
export interface Settled {
  /** Nodes that were deleted. */
  readonly dropped: readonly string[];
  /** The cluster answers elsewhere than before. */
  readonly hasMoved: boolean;
  /** Workers that look for the cluster where it was. Others find it by themselves, however long they are away. */
  readonly untold: readonly Untold[];
}

/** Cures what the snapshot has and is true no more. Every step looks first: it may be done again. */
export async function settle(
  context: Context,
  { clusterId, endpoint: former }: Former,
): Promise<Settled> {
  const cluster = new ControlPlanes(context, { clusterId });
  const { endpoint } = await recordOf(cluster);
  const hasMoved = former !== `https://${endpoint}`;
  return kubernetesLock.hold(context, "bringing the cluster back", async () => {
    const own = await cluster.one();
    await disownFormer(cluster, own);
    const dropped = await dropLostNodes(context, cluster, own.nodeName);
    if (hasMoved) await cluster.call((kubectl) => moveEndpoint(kubectl, endpoint));
    const untold = await tellWorkers(context, cluster, endpoint);
    return { dropped, hasMoved, untold: hasMoved ? untold : [] };
  });
}

function reached({ endpoint, connection, local, failure }: Probe) {
  if (connection === undefined || local === undefined)
    throw new Error(`${endpoint.machine}: ${failure ?? "not reached"}`);
  return { connection, local };
}
