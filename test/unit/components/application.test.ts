import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Application, kernelLimits } from "../../../components/application";
import { parseStack, type StackSpec } from "../../../components/spec";
import { inventory, resource, runProgram, type LookUps } from "./support/program";

const stackYml = `
services:
  web:
    image: registry/hello:1.0.0
    command: [web]
    environment: { B: "2", A: "1" }
    ports: [{ target: 8080, published: 80, mode: host }]
    networks: [front, back]
    healthcheck: { test: [CMD, /hello], interval: 2s, timeout: 1m30s, retries: 3, start_period: 5s }
    stop_grace_period: 20s
    deploy:
      mode: global
      endpoint_mode: dnsrr
      labels: { z: "1", a: "2" }
      placement: { constraints: [node.role == worker] }
      update_config: { parallelism: 2, order: stop-first, failure_action: rollback }
      resources: { limits: { cpus: "0.25", memory: 64M } }
  api:
    image: registry/hello:1.0.0
    networks: [back]
    deploy: { replicas: 2, endpoint_mode: dnsrr, placement: { max_replicas_per_node: 1 } }
networks:
  front: { driver: overlay }
  back: { driver: overlay, driver_opts: { encrypted: "" } }
  shared: { external: true }
`;
const load = (text: string): StackSpec => parseStack("stack.yml", text, { variables: {} }).spec;
const images = new Map([
  [
    "registry/hello:1.0.0",
    {
      image: "registry/hello:1.0.0@sha256:abc",
      platforms: [{ os: "linux", architecture: "amd64" }],
    },
  ],
]);
const run = (text = stackYml, lookUps: LookUps = {}, encryptOverlays = false) =>
  runProgram(() => {
    const stack = load(text);
    const args = { application: "shop", stack, images, encryptOverlays };
    const { services } = new Application("shop", args);
    return Promise.resolve({ services });
  }, lookUps);

describe("an application stack", () => {
  test("is its networks and services, named as docker stack deploy names them", async () => {
    const result = await run();
    assert.deepEqual(inventory(result), [
      "docker:index/network:Network shop-back",
      "docker:index/network:Network shop-front",
      "docker:index/service:Service shop-api",
      "docker:index/service:Service shop-web",
      "slipway:application:Application shop",
    ]);
    assert.deepEqual(result.outputs.services, ["shop_web", "shop_api"]);
    assert.equal(resource(result, "Service", "shop-web").inputs.name, "shop_web");
  });

  test("has overlays that nothing else attaches to, encrypted where file or cluster say so", async () => {
    const result = await run();
    const labels = [{ label: "com.docker.stack.namespace", value: "shop" }];
    assert.deepEqual(resource(result, "Network", "shop-front").inputs, {
      name: "shop_front",
      driver: "overlay",
      attachable: false,
      labels,
    });
    assert.deepEqual(resource(result, "Network", "shop-back").inputs.options, { encrypted: "" });
    assert.equal(resource(result, "Network", "shop-front").inputs.options, undefined);
    const everywhere = await run(stackYml, {}, true);
    assert.deepEqual(resource(everywhere, "Network", "shop-front").inputs.options, {
      encrypted: "",
    });
  });

  test("runs a service as the file describes it", async () => {
    const { inputs } = resource(await run(), "Service", "shop-web");
    assert.deepEqual(inputs, {
      name: "shop_web",
      labels: [
        { label: "a", value: "2" },
        { label: "com.docker.stack.namespace", value: "shop" },
        { label: "z", value: "1" },
      ],
      taskSpec: {
        containerSpec: {
          image: "registry/hello:1.0.0@sha256:abc",
          args: ["web"],
          env: { A: "1", B: "2" },
          labels: [{ label: "com.docker.stack.namespace", value: "shop" }],
          healthcheck: {
            tests: ["CMD", "/hello"],
            interval: "2s",
            timeout: "90s",
            startPeriod: "5s",
            retries: 3,
          },
          stopGracePeriod: "20s",
        },
        networksAdvanceds: [
          { id: "shop-front-id", aliases: ["web"] },
          { id: "shop-back-id", aliases: ["web"] },
        ],
        placement: {
          constraints: ["node.role == worker"],
          platforms: [{ os: "linux", architecture: "amd64" }],
        },
        resources: { limits: { nanoCpus: 250_000_000, memoryBytes: 64 * 1024 ** 2 } },
        restartPolicy: { condition: "any", delay: "5s", maxAttempts: 0, window: "0s" },
      },
      mode: { global: true },
      endpointSpec: {
        mode: "dnsrr",
        ports: [{ targetPort: 8080, publishedPort: 80, protocol: "tcp", publishMode: "host" }],
      },
      updateConfig: {
        parallelism: 2,
        delay: "0s",
        order: "stop-first",
        failureAction: "rollback",
        monitor: "5s",
        maxFailureRatio: "0.0",
      },
    });
  });

  test("waits until replicated services are healthy", async () => {
    const { inputs } = resource(await run(), "Service", "shop-api");
    assert.deepEqual(inputs.convergeConfig, { delay: "1s", timeout: "5m" });
    assert.deepEqual(inputs.mode, { replicated: { replicas: 2 } });
    assert.deepEqual((inputs.taskSpec as { placement: object }).placement, {
      constraints: [],
      maxReplicas: 1,
      platforms: [{ os: "linux", architecture: "amd64" }],
    });
  });

  test("an external network is looked up by its own name and not made", async () => {
    const result = await run(stackYml.replace("networks: [back]\n", "networks: [shared]\n"), {
      "docker:index/getNetwork:getNetwork": ({ name }) => ({ id: `id of ${String(name)}` }),
    });
    assert.ok(!inventory(result).some((one) => one.includes("shop-shared")));
    const { inputs } = resource(result, "Service", "shop-api");
    assert.deepEqual((inputs.taskSpec as { networksAdvanceds: object }).networksAdvanceds, [
      { id: "id of shared", aliases: ["api"] },
    ]);
  });
});

describe("what the nodes' kernels can't do", () => {
  const all = { ipvs: true, esp: true };

  test("is nothing where they have everything", () => {
    assert.deepEqual(kernelLimits(load(stackYml), all), []);
  });

  test("is an encrypted network without ESP", () => {
    const [problem, ...others] = kernelLimits(load(stackYml), { ...all, esp: false });
    assert.deepEqual(others, []);
    assert.deepEqual(problem?.path, ["networks", "back"]);
    assert.match(problem.message, /^an encrypted overlay needs ESP.*leave encryption off/);
  });

  test("is a virtual IP or a port in the mesh without IPVS", () => {
    const text = stackYml
      .replace("published: 80, mode: host", "published: 80, mode: ingress")
      .replaceAll("endpoint_mode: dnsrr", "endpoint_mode: vip");
    const problems = kernelLimits(load(text), { ...all, ipvs: false });
    assert.deepEqual(
      problems.map(
        ({ path, message }) => `${path.join(".")}: ${message.replace(/ needs IPVS.*;/, ";")}`,
      ),
      [
        "services.web.deploy.endpoint_mode: a virtual IP; set endpoint_mode: dnsrr",
        "services.web.ports: port 80 in mode ingress; publish it with mode host",
        "services.api.deploy.endpoint_mode: a virtual IP; set endpoint_mode: dnsrr",
      ],
    );
  });

  test("leaves round-robin DNS and host ports alone", () => {
    assert.deepEqual(kernelLimits(load(stackYml), { ...all, ipvs: false }), []);
  });
});
