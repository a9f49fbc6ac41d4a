/** `slipway status` of a cluster of the lab, held against what is known of it otherwise. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { ClusterView, StatusView } from "../../cli/status/view";
import type { Site } from "./site";

interface Told {
  readonly code: number | null;
  readonly cluster: ClusterView;
  /** The page. */
  readonly page: string;
}

async function statusOf(site: Site): Promise<Told> {
  const file = path.join(site.folder, "status.html");
  const { code, stdout, output, seconds } = await site.slipway(
    "status",
    site.stack,
    "--json",
    "--html",
    file,
  );
  process.stdout.write(`slipway status: ${seconds.toFixed(1)} s\n`);
  let view: StatusView;
  try {
    view = JSON.parse(stdout) as StatusView;
  } catch {
    return assert.fail(`no JSON: ${output}`);
  }
  const [cluster] = view.clusters;
  assert.ok(cluster !== undefined, output);
  return { code, cluster, page: await readFile(file, "utf8") };
}

/** The value of a part. @throws AssertionError with the reason why there is none. */
function valueOf<T>(part: { readonly value: T } | { readonly reason: string }): T {
  assert.ok("value" in part, "reason" in part ? part.reason : "");
  return part.value;
}

/** The status of a monitored cluster in which nothing is wrong: every source answers, and says so. Warnings may be the lab's own. */
export async function expectHealthyStatus(
  site: Site,
  { nodes, application }: { readonly nodes: number; readonly application: string },
): Promise<void> {
  const { code, cluster, page } = await statusOf(site);
  const serious = cluster.problems.filter(({ severity }) => severity !== "warning");
  assert.deepEqual(serious, []);
  assert.equal(code, 0);
  const all = valueOf(cluster.nodes);
  assert.equal(all.length, nodes);
  for (const { name, isReady, version, cpu, memory, disk } of all) {
    assert.ok(isReady && /^\d+\.\d+/.test(version), name);
    assert.ok(cpu !== undefined && memory !== undefined && disk !== undefined, `${name}: no use`);
  }
  assert.deepEqual(valueOf(cluster.alerts), []);
  const quorum = valueOf(cluster.quorum);
  assert.equal(quorum.deciding, quorum.members);
  const deployed = valueOf(cluster.applications).find(({ stack }) => stack === application);
  assert.ok(deployed?.tasks !== undefined && deployed.tasks.wanted > 0);
  assert.equal(deployed.tasks.running, deployed.tasks.wanted);
  assert.equal(deployed.release?.applicationVersion, "1.0.0");
  assert.equal(deployed.release.environmentVersion, "1.0.0");
  for (const { name, values } of valueOf(cluster.plots))
    assert.equal(typeof values.at(-1), "number", `${name}: nothing now`);
  assert.ok(valueOf(cluster.capacity).memoryBytes.had > 0);
  assert.ok(
    valueOf(cluster.certificates).some(({ name }) => name.includes("https://hello.test/")),
    "no certificate of the application",
  );
  assert.ok(page.includes(application) && !page.includes("<script"));
}

/** The status while a node is cut off and its alert fires. */
export async function expectLostNode(site: Site, node: string): Promise<void> {
  const { code, cluster, page } = await statusOf(site);
  assert.equal(code, 5);
  assert.equal(cluster.severity, "critical");
  const lost = valueOf(cluster.nodes).find(({ name }) => name === node);
  assert.equal(lost?.isReady, false);
  const alert = valueOf(cluster.alerts).find(
    ({ name, summary }) => name === "NodeDown" && summary.includes(node),
  );
  assert.equal(alert?.severity, "critical");
  assert.equal(alert.owner, "platform");
  assert.ok(Date.now() - Date.parse(alert.since) < 10 * 60_000, alert.since);
  assert.match(alert.runbook ?? "", /NodeDown\.md$/);
  assert.ok(page.includes(`node ${node} is `));
}
