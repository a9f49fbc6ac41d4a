import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { LabCluster, TestCluster } from "./cluster";
import { tail } from "./command";
import { killTree } from "./processTree";
import type { Seed } from "./seed";

/** When and how a run is killed. */
export interface Blow {
  /** Number of operations that have begun or ended until then. */
  readonly operations: number;
  /** Milliseconds after that. */
  readonly delay: number;
  /** The Pulumi CLI alone, as a supervisor would; or everything that runs, as a power cut would. */
  readonly whole: boolean;
}

export function chooseBlow(seed: Seed, creations: number): Blow {
  return {
    // Each creation begins and ends; the last operations are those of the stack itself.
    operations: 1 + seed.below(2 * creations - 3),
    delay: seed.below(1500),
    whole: seed.below(2) === 0,
  };
}

export function describeBlow({ operations, delay, whole }: Blow): string {
  return `${whole ? "everything" : "the CLI"} killed ${delay} ms after operation ${operations}`;
}

/** `up`, killed in the middle. */
export async function killedUp({ site }: Pick<LabCluster, "site">, blow: Blow): Promise<void> {
  const run = await site.startUp();
  await run.seen((output) => countOperations(output) >= blow.operations);
  await pause(blow.delay);
  if (blow.whole) killTree(run.pid);
  else process.kill(run.pid, "SIGKILL");
  const { signal, code } = await run.ended;
  assert.equal(signal, "SIGKILL", `the run had ended already with ${String(code)}`);
}

function countOperations(output: string): number {
  return output.match(/ (?:creating|created) \(/g)?.length ?? 0;
}

/** Recovers, and checks that what stands is exactly the cluster, once. */
export async function recovered(cluster: TestCluster, nodes: readonly string[]): Promise<void> {
  const { site, name } = cluster;
  const outcome = await site.slipway("recover", name, "--yes");
  assert.equal(outcome.code, 0, tail(outcome.output, 80));
  const machines = nodes.map((node) => node.split(" ")[0]);
  assert.deepEqual(await cluster.nodes(), nodes);
  assert.deepEqual(
    (await cluster.vms()).map((vm) => vm.replace(/-g\d+$/, "")),
    machines,
    "one VM for each machine, and none besides",
  );
  const swarms = await Promise.all(
    Object.values({
      ...(await cluster.addresses("managers")),
      ...(await cluster.addresses("workers")),
    }).map((address) =>
      site.onMachine(address, "sudo docker info --format '{{.Swarm.LocalNodeState}}'"),
    ),
  );
  assert.deepEqual(
    swarms.map((state) => state.trim()),
    machines.map(() => "active"),
  );
  const { pending_operations: pending = [] } = await site.deployment();
  assert.deepEqual(pending, []);
  await cluster.expectSettled();
}
