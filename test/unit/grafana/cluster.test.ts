/** A whole cluster with Grafana, of hosts that exist already: the program against mocks. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { catalogue } from "../../../components/platform/catalogue";
import { parseCluster } from "../../../components/spec";
import { runCluster } from "../components/support/cluster";
import { inventory, resource } from "../components/support/program";
import { kubernetesYml, swarmYml } from "../registry/support";

const password = "a-long-word-of-the-tests";

function platform(grafana: string, ingress = "{}"): string {
  const monitoring = `{ storage: { node: second, sizeGiB: 5 }, grafana: ${grafana} }`;
  return `platform: { ingress: ${ingress}, monitoring: ${monitoring} }\n`;
}

const enabled = "{ host: Grafana.example.com }";
const disabled = "{ host: grafana.example.com, enabled: false }";

function runWith(yml: string, config: Record<string, string> = {}) {
  return runCluster({ yml, config });
}

for (const [title, yml, type] of [
  ["a Swarm", swarmYml, "Grafana"],
  ["a Kubernetes cluster", kubernetesYml, "KubernetesGrafana"],
] as const)
  void describe(`${title} with Grafana`, () => {
    const withPassword = { "slipway:grafanaPassword": password };

    void test("has it where the file says so, and no trace of it where that says enabled: false", async () => {
      const found = inventory(await runWith(`${yml}${platform(enabled)}`, withPassword));
      assert.ok(found.includes(`slipway:grafana:${type} lab-grafana`), found.join("\n"));
      const without = await runWith(`${yml}${platform(disabled)}`);
      assert.doesNotMatch(JSON.stringify(without.resources), /grafana/i);
    });

    void test("reads lines of the cluster's own store as the account that may do nothing else", async () => {
      const logging = "logging: { storage: { node: second, sizeGiB: 20 } }";
      const lines = `${yml}${platform(enabled).replace(/ \}\n$/, `, ${logging} }\n`)}`.replace(
        "workers: { role: worker }",
        "workers: { role: worker, numCpus: 4, memoryMiB: 8192 }",
      );
      const run = await runWith(lines, withPassword);
      const names =
        type === "Grafana"
          ? (["SwarmSecret lab-grafana-logs.password", "SwarmSecret lab-grafana-logs.pem"] as const)
          : (["Secret lab-grafana-lines"] as const);
      for (const [kind = "", name = ""] of names.map((each) => each.split(" ")))
        assert.deepEqual(resource(run, kind, name).secrets, ["data"]);
      const { loggingReader } = run.outputs as { loggingReader: { password: string } };
      assert.ok(!JSON.stringify(run.resources).includes(loggingReader.password));
    });

    void test("refuses a password that is missing or weak, at its place, before anything is made", async () => {
      const at = /cluster\.yml:\d+:\d+ platform\.monitoring\.grafana: /;
      const missing = runWith(`${yml}${platform(enabled)}`);
      await assert.rejects(missing, at);
      await assert.rejects(
        missing,
        /needs the password of its account admin, and slipway:grafanaPassword is not set; run `pulumi config set --secret slipway:grafanaPassword`/,
      );
      for (const [weak, why] of [
        ["grafana123", /is too short: 10 characters/],
        ["admin-of-the-lab", /has the account's name in it/],
        [`${password}\n`, /has a line break/],
      ] as const) {
        const refused = runWith(`${yml}${platform(enabled)}`, { "slipway:grafanaPassword": weak });
        await assert.rejects(refused, at);
        await assert.rejects(refused, why);
        await assert.rejects(refused, (error: Error) => !error.message.includes(weak.trim()));
      }
    });

    void test("mirrors its image where it is enabled", () => {
      const images = (grafana: string) =>
        catalogue(parseCluster("cluster.yml", `${yml}${platform(grafana)}`).spec)
          .images.filter(({ parts }) => parts.includes("grafana"))
          .map(({ source }) => source);
      assert.deepEqual(images(enabled), ["grafana/grafana:13.1.4"]);
      assert.deepEqual(images(disabled), []);
    });
  });

void describe("Grafana of a Swarm", () => {
  const config = { "slipway:grafanaPassword": password };

  void test("is on the networks of monitoring and of the ingress, where its data is", async () => {
    const run = await runWith(`${swarmYml}${platform(enabled)}`, config);
    const { inputs } = resource(run, "SwarmService", "lab-grafana-grafana");
    const { Labels, TaskTemplate } = inputs.spec as {
      Labels: Record<string, string>;
      TaskTemplate: { Networks: object[]; Placement: { Constraints: string[] } };
    };
    assert.equal(TaskTemplate.Networks.length, 2);
    assert.deepEqual(TaskTemplate.Placement.Constraints, ["node.labels.slipway.machine == second"]);
    assert.equal(Labels["slipway.probe.0"], "https://grafana.example.com/api/health");
  });

  void test("behind a Traefik of the site joins its network, and is asked for at the usual port", async () => {
    const ingress = "{ external: { network: edge, httpsEntryPoint: websecure } }";
    const run = await runWith(`${swarmYml}${platform(enabled, ingress)}`, config);
    const { inputs } = resource(run, "SwarmService", "lab-grafana-grafana");
    assert.match(JSON.stringify(inputs.spec), /"Target":"edge"/);
  });
});
