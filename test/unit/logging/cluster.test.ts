/** A whole cluster with logging, of hosts that exist already: the program against mocks. */
import assert from "node:assert/strict";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import { catalogue } from "../../../components/platform/catalogue";
import { externalStoreMistake } from "../../../components/logging/external";
import { parseCluster } from "../../../components/spec";
import { runCluster } from "../components/support/cluster";
import { inventory, resource, type Run } from "../components/support/program";
import { kubernetesYml, loggings, swarmYml } from "./support";

const runWith = (
  logging: string,
  yml = swarmYml,
  config: Record<string, string> = {},
  others = "",
) => runCluster({ yml: `${yml}platform: { ${others}logging: ${logging} }\n`, config });

async function added(logging: string, yml: string, others = "") {
  const without = new Set(
    inventory(await runCluster({ yml: others === "" ? yml : `${yml}platform: { ${others} }\n` })),
  );
  return inventory(await runWith(logging, yml, {}, others)).filter((one) => !without.has(one));
}

const outputsOf = (run: Run): Readonly<Record<string, unknown>> => run.outputs;

void describe("a Swarm with logging", () => {
  void test("has exactly these resources more", async () => {
    assert.deepEqual(await added(loggings.plain, swarmYml), [
      "pulumi:providers:slipway lab-platform",
      "slipway:index:LogStore lab-logging",
      "slipway:index:LogStoreIdentity lab",
      "slipway:index:SwarmNetwork lab-logging-network",
      ...[
        "action_groups.yml",
        "authorities.pem",
        "ca.pem",
        "certificate.pem",
        "collector.password",
        "collector.yaml",
        "config.yml",
        "gateway.cfg",
        "gateway.pem",
        "internal_users.yml",
        "keeper.curl",
        "keeper.sh",
        "opensearch.yml",
        "roles.yml",
        "roles_mapping.yml",
        "tenants.yml",
        "tls.key",
      ].map((file) => `slipway:index:SwarmSecret lab-logging-${file}`),
      "slipway:index:SwarmService lab-logging-collector",
      "slipway:index:SwarmService lab-logging-gateway",
      "slipway:index:SwarmService lab-logging-keeper",
      "slipway:index:SwarmService lab-logging-store",
      "slipway:logging:Logging lab-logging",
    ]);
  });

  void test("its engines write beside each line whose it is, and only then", async () => {
    const options = async (yml: string) => {
      const { inputs } = resource(await runCluster({ yml }), "Engine", "lab-first");
      return (inputs.daemon as Readonly<Record<string, object>>)["log-opts"];
    };
    const without = await options(swarmYml);
    assert.deepEqual(Object.keys(without ?? {}).sort(), ["max-file", "max-size"]);
    const logged = await options(`${swarmYml}platform: { logging: ${loggings.plain} }\n`);
    assert.deepEqual(Object.keys(logged ?? {}).sort(), [
      "labels-regex",
      "max-file",
      "max-size",
      "tag",
    ]);
  });

  void test("no collector starts before the store knows what a line is", async () => {
    const run = await runWith(loggings.plain);
    const store = resource(run, "LogStore", "lab-logging");
    assert.ok(store.dependencies.some((urn) => urn.endsWith("::lab-logging-store")));
    for (const program of ["collector", "gateway", "keeper"]) {
      const { dependencies } = resource(run, "SwarmService", `lab-logging-${program}`);
      assert.ok(
        dependencies.some((urn) => urn.endsWith("LogStore::lab-logging")),
        program,
      );
    }
  });

  void test("keeps what is in its files, and its passwords, to itself", async () => {
    const run = await runWith(loggings.plain);
    for (const { type, secrets } of run.resources)
      if (type === "slipway:index:SwarmSecret") assert.deepEqual(secrets, ["data"]);
    assert.deepEqual(resource(run, "LogStore", "lab-logging").secrets, ["password"]);
    const { loggingReader } = outputsOf(run) as { loggingReader: { password: string } };
    const told = JSON.stringify(run.resources.filter(({ type }) => !type.endsWith("Secret")));
    assert.doesNotMatch(told, new RegExp(loggingReader.password));
  });

  void test("is on the network of monitoring, where there is one", async () => {
    const monitored = "monitoring: { storage: { node: second, sizeGiB: 5 } }, ";
    const run = await runWith(loggings.plain, swarmYml, {}, monitored);
    for (const program of ["collector", "store"])
      assert.match(
        JSON.stringify(resource(run, "SwarmService", `lab-logging-${program}`).inputs),
        /id of lab-monitoring-parts/,
      );
  });

  void test("is the same at the next preview", async () => {
    const [one, other] = [await runWith(loggings.full), await runWith(loggings.full)];
    const inputs = (run: Run) =>
      run.resources
        .filter(({ name }) => name.startsWith("lab-logging"))
        .map(({ name, inputs: given }) => [name, given] as const)
        .sort(([a], [b]) => a.localeCompare(b));
    assert.deepEqual(inputs(other), inputs(one));
  });
});

void describe("a Kubernetes cluster with logging", () => {
  void test("has exactly these resources more", async () => {
    assert.deepEqual(await added(loggings.plain, kubernetesYml), [
      "kubernetes:apps/v1:DaemonSet lab-logging-collector",
      "kubernetes:apps/v1:StatefulSet lab-logging-store",
      "kubernetes:core/v1:Namespace lab-logging-namespace",
      ...["collector", "gateway", "keeper", "store"].map(
        (program) => `kubernetes:core/v1:Secret lab-logging-${program}-files`,
      ),
      "kubernetes:core/v1:Service lab-logging-gateway-service",
      "kubernetes:core/v1:Service lab-logging-store-service",
      "kubernetes:core/v1:ServiceAccount lab-logging-collector-account",
      "kubernetes:core/v1:ServiceAccount lab-logging-store-account",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy lab-logging-default-policy",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy lab-logging-inside-policy",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy lab-logging-store-policy",
      "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole lab-logging-collector-role",
      "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding lab-logging-collector-binding",
      "slipway:index:LogStore lab-logging",
      "slipway:index:LogStoreIdentity lab",
      "slipway:logging:KubernetesLogging lab-logging",
    ]);
  });

  void test("has its files in Secrets that its pods name", async () => {
    const run = await runWith(loggings.plain, kubernetesYml);
    const { name } = resource(run, "Secret", "lab-logging-store-files").inputs.metadata as {
      name: string;
    };
    const { inputs } = resource(run, "StatefulSet", "lab-logging-store");
    assert.match(JSON.stringify(inputs), new RegExp(`"secretName":"${name}"`));
  });

  void test("can wait for its pod network", async () => {
    const { inputs } = resource(
      await runWith(
        loggings.plain,
        kubernetesYml.replace("version: 1.34.1", "version: 1.34.1, podNetwork: external"),
      ),
      "LogStore",
      "lab-logging",
    );
    assert.equal(inputs.mayComeLater, true);
  });
});

const wanted = `Basic ${Buffer.from("slipway:right").toString("base64")}`;

/** A store of the site, for one question. */
async function withSite(
  greeting: object,
  ask: (url: string) => Promise<void>,
  status = 200,
): Promise<void> {
  const server = http.createServer(({ headers }, response) => {
    const isRight = headers.authorization === wanted;
    response.writeHead(isRight ? status : 401).end(JSON.stringify(greeting));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
  }
}

const elasticsearch = { version: { number: "8.17.0" } };
const opensearch = { version: { number: "2.19.1", distribution: "opensearch" } };

void describe("an account at the site's own store", () => {
  const check = (url: string, password: string, kind: "elasticsearch" | "opensearch") =>
    externalStoreMistake({
      external: { url, user: "slipway", kind },
      password,
      caCertificates: [],
    });

  void test("is tried, and so is what kind of store it is", async () => {
    await withSite(elasticsearch, async (url) => {
      assert.equal(await check(url, "right", "elasticsearch"), undefined);
      assert.match((await check(url, "wrong", "elasticsearch")) ?? "", /does not let slipway in/);
      assert.match(
        (await check(url, "right", "opensearch")) ?? "",
        /is Elasticsearch, and external\.kind says opensearch; write `kind: elasticsearch`/,
      );
    });
    await withSite(opensearch, async (url) => {
      assert.equal(await check(url, "right", "opensearch"), undefined);
    });
    await withSite({ hello: "world" }, async (url) => {
      assert.match((await check(url, "right", "opensearch")) ?? "", /answers 200, and not as/);
    });
    await withSite(
      elasticsearch,
      async (url) => {
        assert.match((await check(url, "right", "elasticsearch")) ?? "", /answers 503/);
      },
      503,
    );
    assert.match(
      (await check("http://127.0.0.1:1", "right", "opensearch")) ?? "",
      /can't be used: .*does not answer/,
    );
  });

  void test("without a password, or without an answer, nothing is changed", async () => {
    const site = '{ external: { url: "https://127.0.0.1:1", user: slipway } }';
    await assert.rejects(
      runWith(site),
      /cluster\.yml:12:\d+ platform\.logging\.external\.user: needs its password, and slipway:loggingPassword is not set/,
    );
    await assert.rejects(
      runWith(site, swarmYml, { "slipway:loggingPassword": "secret of elastic" }),
      (error: Error) => {
        assert.match(
          error.message,
          /cluster\.yml:12:\d+ platform\.logging\.external\.url: can't be used: /,
        );
        assert.doesNotMatch(error.message, /secret of elastic/);
        return true;
      },
    );
  });
});

void describe("what a site must mirror for logging", () => {
  const names = (logging: string, yml = swarmYml) =>
    catalogue(parseCluster("c.yml", `${yml}platform: { logging: ${logging} }\n`).spec)
      .images.filter(({ parts }) => parts.includes("logging"))
      .map(({ source }) => source.replace(/:.*/, ""));

  void test("is what runs", () => {
    const collector = "otel/opentelemetry-collector-contrib";
    const store = "opensearchproject/opensearch";
    assert.deepEqual(names(loggings.plain), ["haproxy", store, collector]);
    assert.deepEqual(names(loggings.plain, kubernetesYml), ["haproxy", store, collector]);
    assert.deepEqual(names(loggings.full), ["haproxy"]);
    assert.deepEqual(names(loggings.elasticsearch), [collector]);
    assert.deepEqual(names(loggings.opensearch), ["haproxy", collector]);
  });
});
