/** Deployments that meet each other, and one that waits for a person. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Lab } from "../../lab";
import { TestCluster } from "../support/cluster";
import { tail, type Outcome } from "../support/command";
import type { Site } from "../support/site";
import { standUpLab, takeDownLab } from "../support/testLab";

const stackYml = (command: string, version: string) => `
x-slipway: { version: ${version}, rollback: pause }
services:
  one: &service
    image: \${REGISTRY}/hello:\${VERSION}
    command: [api]
    healthcheck: { test: [CMD, /hello, healthcheck], interval: 2s, timeout: 2s, retries: 3 }
    deploy: { replicas: 1, endpoint_mode: dnsrr }
  two:
    <<: *service
    command: [${command}]
    depends_on: { one: { condition: service_healthy } }
    environment: { VERSION: ${version} }
`;

void describe("deployments", { timeout: 30 * 60_000 }, () => {
  let lab: Lab;
  let cluster: TestCluster;

  const application = async (name: string): Promise<Site> => {
    const site = await cluster.site.sibling(`${name}-test`, {
      "slipway:stack": `${name}.yml`,
      "slipway:application": name,
      "slipway:cluster": cluster.name,
      "slipway:version": "1.0.0",
      "slipway:registry": lab.env.SLIPWAY_LAB_REGISTRY ?? "",
    });
    await site.write(`${name}.yml`, stackYml("api", "1.0.0"));
    return site;
  };
  const expectDone = ({ code, output }: Outcome) => {
    assert.equal(code, 0, tail(output));
  };

  before(async () => {
    lab = await standUpLab();
    cluster = await TestCluster.create(lab, "many", ({ nodePools: { managers } }) => {
      assert.ok(managers);
      managers.count = 1;
    });
    await cluster.site.up();
  });

  after(async () => {
    await takeDownLab();
    await cluster.remove();
  });

  void test("of ten applications at a time all succeed", async () => {
    const names = Array.from({ length: 10 }, (_, index) => `app${index}`);
    const sites: Site[] = [];
    for (const name of names) sites.push(await application(name));
    const outcomes = await Promise.all(
      sites.map((site, index) => site.slipway("deploy", names[index] ?? "", "test")),
    );
    outcomes.forEach(expectDone);
    const services = (await (await cluster.docker()).listServices()) as {
      Spec?: { Name?: string };
    }[];
    assert.equal(services.length, 20);
    for (const site of sites.slice(1)) await site.destroy();
  });

  void test("that fails stops where it is where the file asks for that, until somebody rolls it back", async () => {
    const site = await application("careful");
    expectDone(await site.slipway("deploy", "careful", "test"));
    await site.write("careful.yml", stackYml("nonsense", "1.1.0"));
    const failed = await site.slipway("deploy", "careful", "test");
    assert.equal(failed.code, 1, tail(failed.output));
    assert.match(failed.output, /the rollout has stopped where it was, as the file asks for/);
    assert.match(failed.output, /unknown role "nonsense"/);
    const docker = await cluster.docker();
    const command = async () => {
      const { Spec } = (await docker.getService("careful_two").inspect()) as {
        Spec: { TaskTemplate: { ContainerSpec: { Args: string[] } } };
      };
      return Spec.TaskTemplate.ContainerSpec.Args;
    };
    assert.deepEqual(await command(), ["nonsense"]);
    const back = await site.slipway("rollback", "careful", "test");
    expectDone(back);
    assert.match(back.output, /back to #1: application 1\.0\.0, environment 1\.0\.0/);
    assert.deepEqual(await command(), ["api"]);
  });
});
