import type { Probe } from "../../../provider/kubernetes/controlPlanes";
import { describeState } from "../../../provider/kubernetes/localState";
import type { Loss } from "../../../provider/kubernetes/restore/loss";
import type { SnapshotFile } from "./snapshotFile";

export interface Plan {
  readonly file: SnapshotFile;
  readonly loss: Loss;
  readonly probes: readonly Probe[];
  /** Control planes that the cluster is to have. */
  readonly machines: readonly string[];
  /** Default: now. */
  readonly now?: Date;
}

/** What a restore will do, for whoever is asked to agree. */
export function renderPlan({
  file,
  loss,
  probes,
  machines,
  now = new Date(),
}: Plan): readonly string[] {
  const { taken, node, version } = file.restoring;
  const found = new Map(
    probes.map(({ endpoint, local, failure }) => [
      endpoint.machine,
      failure ?? (local === undefined ? "not asked" : describeState(local)),
    ]),
  );
  return [
    `${file.path}: taken ${taken} (${ago(taken, now)}) on ${node}, Kubernetes ${version}`,
    ...(loss.kind === "answers"
      ? []
      : ["What changed in the cluster since then is lost. Data in volumes is as it is now."]),
    "Control planes:",
    ...machines.map(
      (machine) => `  ${machine}: ${found.get(machine) ?? "gone; a new machine is made"}`,
    ),
    next(loss),
  ];
}

function next(loss: Loss): string {
  switch (loss.kind) {
    case "noMachine":
      return "The snapshot goes on the first one; then the others join, and workers find the cluster again.";
    case "put":
      return `The snapshot goes on ${loss.probe.endpoint.machine}${loss.reset ? ", after what an earlier try has left there was taken back" : ""}; then the others join, and workers find the cluster again.`;
    case "start":
      return `The snapshot is on ${loss.probe.endpoint.machine} already: the cluster is started from it; then the others join.`;
    case "answers":
      return `${loss.probe.endpoint.machine} answers with the snapshot's content already: what is missing is done.`;
  }
}

function ago(taken: string, now: Date): string {
  const minutes = Math.round((now.getTime() - Date.parse(taken)) / 60_000);
  if (minutes < 120) return `${minutes} minutes ago`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours ago` : `${Math.round(hours / 24)} days ago`;
}
