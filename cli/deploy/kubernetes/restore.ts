import { setTimeout as sleep } from "node:timers/promises";
import { get, write, type KubernetesAccess } from "../../../components/application/kubernetes";
import {
  describeProgress,
  progressOf,
  type LiveWorkload,
} from "../../../provider/application/kubernetes/rollout/workload";
import type { RolloutKind } from "../../../provider/sdk";
import { failed } from "../../exit";
import type { StateResource } from "../../pulumi/state";
import type { Terminal } from "../../terminal";
import { objectOf, pathOf, type Deployed, type DeployedObject } from "./deployed";
import type { ManagedObject } from "./drift";
import { foreignFields, withoutFields } from "./fields";

/** How often an object is written again that others write, too. */
const tries = 5;
/** How long pods may take to come back, seconds. */
const patienceSeconds = 300;

/**
 * Puts back what was deployed where somebody else has changed it: the values, what was removed, and without what was added.
 * The next update finds nobody else's fields in its way.
 */
export async function restoreObjects(
  { access, resources }: Deployed,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const objects = resources.map((resource) => ({
    object: objectOf(resource),
    manager: managerOf(resource),
  }));
  for (const { object, manager } of objects) {
    signal.throwIfAborted();
    terminal.progress(`puts back ${object.kind} ${object.metadata.name}`);
    await restore(access, object, manager);
  }
  for (const { object } of objects) await settled(access, object, terminal, signal);
}

function managerOf({ outputs, urn }: StateResource): string {
  const { __fieldManager: manager } = outputs;
  if (typeof manager === "string") return manager;
  throw failed(`the state does not say as whom ${urn} was written`);
}

async function restore(
  access: KubernetesAccess,
  object: DeployedObject,
  manager: string,
): Promise<void> {
  const path = pathOf(object);
  for (let round = 0; round < tries; round++) {
    const query = `?fieldManager=${encodeURIComponent(manager)}&force=true`;
    const live = await write<ManagedObject>(access, {
      method: "PATCH",
      path: `${path}${query}`,
      object,
    });
    if (live === undefined) continue;
    const added = foreignFields(live.metadata?.managedFields ?? []);
    if (Object.keys(added).length === 0) return;
    const clean = withoutFields(live, added) as object;
    if ((await write(access, { method: "PUT", path, object: clean })) !== undefined) return;
  }
  throw failed(
    `${object.kind} ${object.metadata.name} is being changed by somebody else all the time: find out by whom (\`kubectl get --show-managed-fields\`), or go on with --accept`,
  );
}

const workloads: ReadonlySet<string> = new Set<RolloutKind>([
  "Deployment",
  "StatefulSet",
  "DaemonSet",
]);

/** Waits until the pods are as the object says again. */
async function settled(
  access: KubernetesAccess,
  { kind, ...object }: DeployedObject,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  if (!workloads.has(kind)) return;
  const { name } = object.metadata;
  const deadline = performance.now() + patienceSeconds * 1000;
  for (let said = ""; ;) {
    const live = await get<LiveWorkload>(access, pathOf({ kind, ...object }));
    if (live === undefined) throw failed(`somebody has removed the ${kind} ${name} again`);
    const progress = progressOf(kind as RolloutKind, live);
    if (progress.done) return;
    const text = `${name}: ${describeProgress(progress)}`;
    if (performance.now() > deadline)
      throw failed(`${name} was put back, and is not ready after ${patienceSeconds} s: ${text}`);
    if (text !== said) terminal.progress(text);
    said = text;
    await sleep(1000, undefined, { signal });
  }
}
