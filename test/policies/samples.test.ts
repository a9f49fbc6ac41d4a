/** The samples of this repository under its own settings: what the lab and the guides begin with breaks no rule. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { judgeResource, judgeStack, type Result } from "../../policies/core/evaluate";
import { resourceOf } from "../../policies/core/resource";
import { stackView } from "../../policies/core/stack";
import { builtIn } from "../../policies/exemptions/builtIn";
import { subjectOf } from "../../policies/layers";
import { rules } from "../../policies/rules";
import { loadDecisions, type Decisions } from "../../policies/settings/load";
import { regimeOf, surroundingsOf } from "../../policies/settings/regime";
import { noSettings } from "../../policies/settings/settings";
import { registry } from "./support/judge";
import { clusterSample, onKubernetes, onSwarm, type Recorded } from "./support/recorded";

const checkout = __dirname;
const today = new Date("2026-11-22T00:00:00Z");
const platform = "\nplatform: { scheduler: {}, ingress: {} }\n";

/** Everything that Slipway can run on a cluster beside applications, on a machine of its own. */
const everything = (node: string) => `
platform:
  mirror: mirror.example.com
  ingress: {}
  registry:
    { address: registry.test, storage: { volume: { node: ${node}, sizeGiB: 20 } }, cache: {} }
  monitoring:
    storage: { node: ${node}, sizeGiB: 20 }
    retention: { size: 10GiB }
    grafana: { host: grafana.test }
  logging:
    storage: { node: ${node}, sizeGiB: 20 }
    memoryMiB: 2048
    retention: { time: 3d, size: 10GiB }
    dashboards: true
`;
const secrets = { "slipway:grafanaPassword": "correct horse battery" };
/** What of a file stands before its platform. */
const upToPlatform = (yml: string) => yml.replace(/^platform:[^]*/m, "");
const large = (yml: string) =>
  yml.replace(/diskGiB: \d+/g, "diskGiB: 200").replace(/memoryMiB: \d+/g, "memoryMiB: 8192");

const samples: readonly (readonly [string, () => Promise<Recorded>])[] = [
  ["lab", () => clusterSample("lab", "lab")],
  ["lab", () => clusterSample("lab", "lab", (yml) => yml + platform)],
  ["kube", () => clusterSample("kubernetes", "kube")],
  [
    "prod",
    () => clusterSample("prod", "prod", undefined, { config: { "slipway:protect": "true" } }),
  ],
  [
    "prod",
    () =>
      clusterSample("prod", "prod", (yml) => upToPlatform(yml) + everything("data-0"), {
        config: { ...secrets, "slipway:protect": "true" },
      }),
  ],
  [
    "kube",
    () =>
      clusterSample(
        "kubernetes",
        "kube",
        (yml) => large(upToPlatform(yml)) + everything("workers-0"),
        { config: secrets },
      ),
  ],
  ["hello-lab", () => onSwarm({ application: "hello", stack: "hello-lab", name: "hello" })],
  [
    "hello-kube",
    () =>
      onKubernetes({
        application: "hello",
        environment: "kube",
        stack: "hello-kube",
        name: "hello",
      }),
  ],
  ["shop-dev", () => onSwarm({ application: "shop", environment: "dev", stack: "shop-dev" })],
  ["shop-prod", () => onSwarm({ application: "shop", environment: "prod", stack: "shop-prod" })],
  [
    "shop-prod",
    () => onKubernetes({ application: "shop", environment: "prod", stack: "shop-prod" }),
  ],
];

async function all(
  stack: string,
  { resources, outputs }: Recorded,
  decisions: Pick<Decisions, "settings" | "exemptions"> = loadDecisions(checkout, {}),
): Promise<readonly Result[]> {
  const regime = regimeOf(decisions, stack, today);
  const known = resources.map(resourceOf);
  const view = stackView(stack, known, outputs, surroundingsOf(decisions, today));
  const found: Result[] = [];
  for (const rule of rules) {
    if (rule.on === "stack") found.push(...judgeStack(rule, view, regime));
    else {
      for (const resource of known) {
        const subject = subjectOf(resource);
        const result = subject && (await judgeResource(rule, subject, regime, registry));
        if (result !== undefined) found.push(result);
      }
    }
  }
  return found;
}

for (const [index, [stack, record]] of samples.entries()) {
  test(`sample ${index + 1} (${stack}) breaks no mandatory rule`, async () => {
    const results = await all(stack, await record());
    assert.ok(results.filter(({ outcome }) => outcome === "passed").length > 30);
    const broken = results.filter(
      ({ outcome, level }) => outcome === "violated" && level === "mandatory",
    );
    assert.deepEqual(
      broken.map(({ rule, subject, messages }) => [rule.id, subject?.called, ...messages]),
      [],
    );
  });
}

test("what the pack itself exempts is there, and needs it", async () => {
  const results: Result[] = [];
  const strict = { settings: noSettings, exemptions: [] };
  for (const [stack, record] of samples)
    results.push(...(await all(stack, await record(), strict)));
  const used = new Set(
    results.flatMap(({ rule, exempt }) =>
      exempt === undefined ? [] : [`${rule.id} ${exempt.reason}`],
    ),
  );
  // vSphere's driver is in none of the samples.
  const unused = builtIn
    .filter(({ name }) => name?.source !== "-vsphere")
    .flatMap(({ rules: ids, reason }) => ids.map((id) => `${id} ${reason}`))
    .filter((one) => !used.has(one));
  assert.deepEqual(unused, []);
});
