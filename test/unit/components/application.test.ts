import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Application, type IngressAttachment, type Plan } from "../../../components/application";
import type { ComposeProject } from "../../../components/spec";
import { deploy, names, pinned, plan, project, service } from "../application/support/compose";
import { inventory, resource, runProgram, type Run } from "./support/program";

const hello = "registry.test/hello:1.0.0";
const shop: ComposeProject = project({
  services: {
    web: service({
      networks: { default: null, shared: null },
      depends_on: { api: { condition: "service_healthy", required: true } },
      configs: [{ source: "settings" }, { source: "theirs" }],
      "x-slipway": { ingress: [{ host: "shop.test", path: "/", port: 80, tls: true }] },
    }),
    api: service({
      secrets: [{ source: "key" }],
      depends_on: { init: { condition: "service_completed_successfully", required: true } },
      deploy: deploy({ replicas: 2 }),
    }),
    init: service({ command: ["init"] }),
  },
  networks: {
    default: { name: "shop_default", ipam: {} },
    shared: { name: "sharednet", ipam: {}, external: true },
    unused: { name: "shop_unused", ipam: {} },
  },
  configs: {
    settings: { name: "shop_settings" },
    theirs: { name: "their-config", external: true },
  },
  secrets: { key: { name: "shop_key" } },
  "x-slipway": {
    rollback: "pause",
    jobs: {
      migrate: { when: "before", service: "api", command: ["migrate"], timeout: "1m0s" },
      index: { when: "before", service: "api", command: ["index"] },
      warm: { when: "after", service: "web" },
    },
  },
});
const contents = {
  configs: { settings: Buffer.from("a=1").toString("base64") },
  secrets: { key: Buffer.from("hush").toString("base64") },
};
const ingress: IngressAttachment = {
  networkId: "ingress-id",
  discoverySeconds: 2,
  labelsFor: (key) => ({ route: key }),
};

const run = (of: Plan = plan(shop, contents), fields: object = {}): Promise<Run> =>
  runProgram(async () => {
    const { services, completed } = new Application("shop", {
      names,
      plan: of,
      salt: "salt",
      externalNetworks: new Map([["shared", "shared-id"]]),
      externalFiles: {
        configs: new Map([["their-config", "their-id"]]),
        secrets: new Map(),
      },
      ingress,
      ...fields,
    });
    await new Promise((resolve) => completed.apply(resolve));
    return { services };
  }, {});

/** Names of what a resource waits for. */
const waitsFor = (result: Run, type: string, name: string) =>
  resource(result, type, name)
    .dependencies.map((urn) => urn.split("::").at(-1) ?? "")
    .sort();
const spec = (result: Run, name: string, type = "SwarmService") =>
  resource(result, type, name).inputs.spec as {
    Labels: Record<string, string>;
    TaskTemplate: {
      ContainerSpec: Record<string, unknown>;
      Networks: readonly { Target: string; Aliases: string[] }[];
    };
  };

describe("an application", () => {
  test("is its networks, configs, secrets, jobs and services, and nothing that nobody uses", async () => {
    const result = await run();
    assert.deepEqual(inventory(result), [
      "slipway:application:Application shop",
      "slipway:index:SwarmConfig shop-settings",
      "slipway:index:SwarmJob shop-init",
      "slipway:index:SwarmJob shop-job-index",
      "slipway:index:SwarmJob shop-job-migrate",
      "slipway:index:SwarmJob shop-job-warm",
      "slipway:index:SwarmNetwork shop-default",
      "slipway:index:SwarmSecret shop-key",
      "slipway:index:SwarmService shop-api",
      "slipway:index:SwarmService shop-web",
    ]);
    assert.deepEqual(result.outputs.services, ["shop_web", "shop_api", "shop_init"]);
    const children = result.resources.filter(({ type }) => type.startsWith("slipway:index:"));
    for (const { parent } of children) assert.equal(parent, "shop");
  });

  test("has services with what they are, how they fail, and how long they may take", async () => {
    const { inputs } = resource(await run(), "SwarmService", "shop-api");
    const { spec: made, ...rest } = inputs;
    assert.deepEqual(rest, {
      name: "shop_api",
      onFailure: "pause",
      progressDeadlineSeconds: 300,
    });
    const { TaskTemplate, Mode } = made as {
      TaskTemplate: { ContainerSpec: object };
      Mode: object;
    };
    assert.deepEqual(Mode, { Replicated: { Replicas: 2 } });
    assert.equal((TaskTemplate.ContainerSpec as { Image: string }).Image, pinned(hello).image);
    const [secret] = (TaskTemplate.ContainerSpec as { Secrets: readonly object[] }).Secrets;
    const { name } = resource(await run(), "SwarmSecret", "shop-key").inputs;
    assert.deepEqual(secret, {
      SecretID: "id of shop-key",
      SecretName: name,
      File: { Name: "/run/secrets/key", UID: "0", GID: "0", Mode: 0o444 },
    });
  });

  test("goes back to what ran where the file does not ask for a pause", async () => {
    const result = await run(plan(project()));
    assert.equal(resource(result, "SwarmService", "shop-web").inputs.onFailure, "rollback");
  });

  test("keeps values of secrets as Pulumi secrets, and those of configs in the open", async () => {
    const result = await run();
    assert.deepEqual(resource(result, "SwarmSecret", "shop-key").secrets, ["data"]);
    assert.deepEqual(resource(result, "SwarmConfig", "shop-settings").secrets, []);
    assert.equal(
      resource(result, "SwarmConfig", "shop-settings").inputs.data,
      contents.configs.settings,
    );
    const told = JSON.stringify(result.resources.filter(({ name }) => name !== "shop-key"));
    assert.doesNotMatch(told, new RegExp(contents.secrets.key));
  });

  test("finds networks and configs that exist by their ids", async () => {
    const { TaskTemplate } = spec(await run(), "shop-web");
    assert.deepEqual(
      TaskTemplate.Networks.map(({ Target }) => Target),
      ["id of shop-default", "shared-id", "ingress-id"],
    );
    const configs = TaskTemplate.ContainerSpec.Configs as {
      ConfigID: string;
      ConfigName: string;
    }[];
    assert.deepEqual(
      configs.map(({ ConfigID }) => ConfigID),
      ["id of shop-settings", "their-id"],
    );
    assert.equal(configs[1]?.ConfigName, "their-config");
  });

  test("joins the ingress with the services that it routes to, and only those", async () => {
    const result = await run();
    assert.equal(spec(result, "shop-web").Labels.route, "web");
    assert.equal("route" in spec(result, "shop-api").Labels, false);
    const waits = (name: string) => resource(result, "SwarmService", name).inputs.discoverySeconds;
    assert.deepEqual([waits("shop-web"), waits("shop-api")], [2, undefined]);
    assert.deepEqual(
      spec(result, "shop-api").TaskTemplate.Networks.map(({ Target }) => Target),
      ["id of shop-default"],
    );
    const without = await run(plan(shop, contents), { ingress: undefined });
    assert.equal("route" in spec(without, "shop-web").Labels, false);
  });

  test("encrypts its networks where the cluster wants that", async () => {
    const result = await run(plan(project()), { encryptOverlays: true });
    assert.deepEqual(resource(result, "SwarmNetwork", "shop-default").inputs.driverOptions, {
      encrypted: "",
    });
  });
});

describe("the order of a deployment", () => {
  test("is jobs before, one after the other, then services, then jobs after", async () => {
    const result = await run();
    const before = ["shop-job-index", "shop-job-migrate"];
    assert.ok(!waitsFor(result, "SwarmJob", "shop-job-migrate").includes("shop-job-index"));
    assert.ok(waitsFor(result, "SwarmJob", "shop-job-index").includes("shop-job-migrate"));
    for (const [type, name] of [
      ["SwarmService", "shop-web"],
      ["SwarmService", "shop-api"],
    ] as const) {
      const waited = waitsFor(result, type, name);
      for (const job of before) assert.ok(waited.includes(job), `${name} waits for ${job}`);
    }
    const after = waitsFor(result, "SwarmJob", "shop-job-warm");
    for (const one of ["shop-web", "shop-api", "shop-init"]) assert.ok(after.includes(one), one);
  });

  test("is that of depends_on among services", async () => {
    const result = await run();
    assert.ok(waitsFor(result, "SwarmService", "shop-web").includes("shop-api"));
    assert.ok(waitsFor(result, "SwarmService", "shop-api").includes("shop-init"));
    assert.ok(!waitsFor(result, "SwarmService", "shop-api").includes("shop-web"));
  });

  test("puts what a migration needs before it, and everything else after it", async () => {
    const needsDb = { db: { condition: "service_healthy" as const, required: true } };
    const services = { db: service(), api: service({ depends_on: needsDb }) };
    const jobs = { migrate: { when: "before" as const, service: "api" } };
    const result = await run(plan({ ...project({ services }), "x-slipway": { jobs } }));
    assert.ok(waitsFor(result, "SwarmJob", "shop-job-migrate").includes("shop-db"));
    assert.ok(!waitsFor(result, "SwarmService", "shop-db").includes("shop-job-migrate"));
    assert.ok(waitsFor(result, "SwarmService", "shop-api").includes("shop-job-migrate"));
  });

  test("leaves out what depends_on names and is not there", async () => {
    const optional = { cache: { condition: "service_started" as const, required: false } };
    const result = await run(
      plan(project({ services: { web: service({ depends_on: optional }) } })),
    );
    assert.deepEqual(waitsFor(result, "SwarmService", "shop-web"), ["shop-default"]);
  });
});

describe("jobs of an application", () => {
  test("are what their service is, with their own command and time limit", async () => {
    const result = await run();
    const { inputs } = resource(result, "SwarmJob", "shop-job-migrate");
    assert.equal(inputs.name, "shop_job-migrate");
    assert.equal(inputs.timeoutSeconds, 60);
    assert.equal(resource(result, "SwarmJob", "shop-job-index").inputs.timeoutSeconds, 600);
    const { TaskTemplate } = spec(result, "shop-job-migrate", "SwarmJob");
    assert.deepEqual(TaskTemplate.ContainerSpec.Args, ["migrate"]);
    assert.equal((TaskTemplate.ContainerSpec.Secrets as readonly object[]).length, 1);
    assert.deepEqual(TaskTemplate.Networks, [
      { Target: "id of shop-default", Aliases: ["job-migrate"] },
    ]);
  });

  test("run once for each release", async () => {
    const runOf = (result: Run) => resource(result, "SwarmJob", "shop-job-migrate").inputs.run;
    const [first, same, next] = [
      await run(),
      await run(),
      await run(plan(shop, { ...contents, applicationVersion: "1.0.1" })),
    ].map(runOf);
    assert.equal(first, same);
    assert.notEqual(first, next);
  });
});
