/** A whole cluster with a registry, of hosts that exist already: the program against mocks. */
import assert from "node:assert/strict";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import { tryCredential } from "../../../components/application/registryApi";
import { runCluster } from "../components/support/cluster";
import { inventory, resource, type Run } from "../components/support/program";
import { kubernetesYml, registries, swarmYml } from "./support";

const passwords = {
  "slipway:registryPasswords": JSON.stringify({
    ci: "correct horse battery",
    dev: "staple of the day",
  }),
};

function runWith(registry: string, yml = swarmYml, config: Record<string, string> = passwords) {
  return runCluster({ yml: `${yml}platform: { registry: ${registry} }\n`, config });
}

async function added(registry: string, yml: string, config = passwords) {
  const without = new Set(inventory(await runCluster({ yml })));
  return inventory(await runWith(registry, yml, config)).filter((one) => !without.has(one));
}

function outputsOf(run: Run): Readonly<Record<string, unknown>> {
  return run.outputs;
}

void describe("a Swarm with a registry", () => {
  void test("has exactly these resources more", async () => {
    assert.deepEqual(await added(registries.volume, swarmYml), [
      "pulumi:providers:slipway lab-platform",
      "slipway:index:RegistryIdentity lab",
      "slipway:index:SwarmNetwork lab-registry-network",
      "slipway:index:SwarmSecret lab-registry-certificate.pem",
      "slipway:index:SwarmSecret lab-registry-collector.sh",
      "slipway:index:SwarmSecret lab-registry-pull.htpasswd",
      "slipway:index:SwarmSecret lab-registry-pull.yml",
      "slipway:index:SwarmSecret lab-registry-push.htpasswd",
      "slipway:index:SwarmSecret lab-registry-push.yml",
      "slipway:index:SwarmSecret lab-registry-tls.key",
      "slipway:index:SwarmService lab-registry-pull",
      "slipway:index:SwarmService lab-registry-push",
      "slipway:registry:Registry lab-registry",
    ]);
  });

  void test("is trusted by every machine for each of its ports, and asked first for Docker Hub's images", async () => {
    const run = await runWith(registries.full, swarmYml, {
      ...passwords,
      "slipway:registryCachePassword": "upstream",
    });
    for (const machine of ["first", "second"]) {
      const { inputs } = resource(run, "Engine", `lab-${machine}`);
      assert.deepEqual(inputs.authorities, {
        "10.1.0.2:5100": "registry-ca",
        "10.1.0.2:5101": "registry-ca",
        "10.1.0.2:5102": "registry-ca",
      });
      assert.deepEqual((inputs.daemon as Record<string, unknown>)["registry-mirrors"], [
        "https://10.1.0.2:5102",
      ]);
    }
  });

  void test("says nothing of it to machines where there is none", async () => {
    const { inputs } = resource(await runCluster({ yml: swarmYml }), "Engine", "lab-first");
    assert.equal("authorities" in inputs, false);
  });

  void test("keeps what is in its files to itself", async () => {
    const run = await runWith(registries.volume);
    for (const { type, secrets } of run.resources)
      if (type === "slipway:index:SwarmSecret") assert.deepEqual(secrets, ["data"]);
    const identity = resource(run, "RegistryIdentity", "lab");
    assert.deepEqual([...identity.additionalSecretOutputs].sort(), ["caKey", "key", "seed"]);
    const told = JSON.stringify(run.resources.filter(({ type }) => !type.endsWith("SwarmSecret")));
    assert.doesNotMatch(told, /correct horse|staple/);
  });

  void test("tells applications what to pull with", async () => {
    const outputs = outputsOf(await runWith(registries.volume));
    assert.deepEqual(outputs.registry, { pull: "registry.test:5000", push: "registry.test:5001" });
    assert.equal(outputs.registryCaCertificate, "registry-ca");
    const credentials = outputs.registryCredentials as Record<string, { username: string }>;
    assert.equal(credentials["registry.test:5000"]?.username, "slipway-pull");
  });

  void test("is the same at the next preview", async () => {
    const [one, other] = [await runWith(registries.volume), await runWith(registries.volume)];
    const inputs = (run: Run) =>
      run.resources
        .filter(({ name }) => name.startsWith("lab-registry"))
        .map(({ name, inputs: given }) => [name, given] as const)
        .sort(([a], [b]) => a.localeCompare(b));
    assert.deepEqual(inputs(other), inputs(one));
  });
});

void describe("a Kubernetes cluster with a registry", () => {
  void test("has exactly these resources more", async () => {
    assert.deepEqual(await added(registries.volume, kubernetesYml), [
      "kubernetes:apps/v1:Deployment lab-registry-pull",
      "kubernetes:apps/v1:Deployment lab-registry-push",
      "kubernetes:core/v1:Namespace lab-registry-namespace",
      "kubernetes:core/v1:PersistentVolumeClaim lab-registry-claim",
      "kubernetes:core/v1:Secret lab-registry-files",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy lab-registry-policy",
      "slipway:index:RegistryIdentity lab",
      "slipway:registry:KubernetesRegistry lab-registry",
    ]);
  });

  void test("is trusted by every machine, and by who looks images up in their place", async () => {
    const run = await runWith(registries.volume, kubernetesYml);
    const { inputs } = resource(run, "KubernetesHost", "lab-second");
    const { authorities } = inputs.containerd as { authorities: object };
    assert.deepEqual(authorities, {
      "registry.test:5000": "registry-ca",
      "registry.test:5001": "registry-ca",
    });
    const { caCertificates } = outputsOf(run).registries as { caCertificates: string[] };
    assert.deepEqual(caCertificates, ["registry-ca"]);
  });

  void test("has another kind of pods for pulls with another storage, which take the port of those before", async () => {
    const keys = { "slipway:registryS3AccessKey": "one", "slipway:registryS3SecretKey": "two" };
    for (const [registry, config, kind, other] of [
      [registries.volume, passwords, "Deployment", "DaemonSet"],
      [registries.s3, keys, "DaemonSet", "Deployment"],
    ] as const) {
      const run = await runWith(registry, kubernetesYml, config);
      const pull = resource(run, kind, "lab-registry-pull");
      assert.deepEqual(pull.formerTypes, [`kubernetes:apps/v1:${other}`]);
      assert.deepEqual(pull.replaceOnChanges, ["kind"]);
      assert.ok(pull.deleteBeforeReplace);
    }
  });

  void test("has its files in a Secret that its pods name", async () => {
    const run = await runWith(registries.volume, kubernetesYml);
    const secret = resource(run, "Secret", "lab-registry-files");
    assert.deepEqual(secret.secrets, ["data"]);
    const { name } = secret.inputs.metadata as { name: string };
    const deployment = resource(run, "Deployment", "lab-registry-push");
    assert.match(JSON.stringify(deployment.inputs), new RegExp(`"secretName":"${name}"`));
  });
});

void describe("mistakes in the secrets of a registry are told where cluster.yml asks for them", () => {
  const refusals: readonly [string, string, Record<string, string>, RegExp][] = [
    [
      "a missing password",
      registries.volume,
      { "slipway:registryPasswords": JSON.stringify({ ci: "correct horse battery" }) },
      /cluster\.yml:12:\d+ platform\.registry\.accounts\.dev: has no password; set it with `pulumi config set --secret --path/,
    ],
    [
      "a weak one",
      registries.volume,
      { "slipway:registryPasswords": JSON.stringify({ ci: "password", dev: "staple of the day" }) },
      /cluster\.yml:12:\d+ platform\.registry\.accounts\.ci: has a password that is too short/,
    ],
    [
      "a password of nobody",
      registries.volume,
      {
        "slipway:registryPasswords": JSON.stringify({
          ci: "correct horse battery",
          dev: "staple of the day",
          bob: "staple of the day",
        }),
      },
      /platform\.registry\.accounts: has no bob/,
    ],
    [
      "passwords that are none",
      registries.volume,
      { "slipway:registryPasswords": "text" },
      /platform\.registry\.accounts: needs slipway:registryPasswords as a password by name/,
    ],
    [
      "keys of S3 and a password of the cache",
      registries.s3.replace("cache: {}", "cache: { user: company }"),
      {},
      /storage\.s3: needs an access key[^]*storage\.s3: needs a secret key[^]*cache\.user: needs its password/,
    ],
    [
      "the password of the site's own",
      "{ external: { url: https://harbor.test, user: nodes } }",
      {},
      /cluster\.yml:12:\d+ platform\.registry\.external\.user: needs its password, and slipway:registryPassword is not set/,
    ],
    [
      "the site's own that does not answer",
      '{ external: { url: "https://127.0.0.1:1", user: nodes } }',
      { "slipway:registryPassword": "secret of harbor" },
      /cluster\.yml:12:\d+ platform\.registry\.external\.url: can't be used by nodes: /,
    ],
  ];
  for (const [title, registry, config, expected] of refusals) {
    void test(title, async () => {
      await assert.rejects(runWith(registry, swarmYml, config), (error: Error) => {
        assert.match(error.message, expected);
        assert.doesNotMatch(error.message, /battery|secret of harbor/);
        return true;
      });
    });
  }
});

void describe("an account at the site's own registry", () => {
  void test("is tried by the challenge of the registry", async () => {
    const wanted = `Basic ${Buffer.from("nodes:right").toString("base64")}`;
    const server = http.createServer(({ url = "", headers }, response) => {
      const isToken = url.startsWith("/token");
      const isRight = headers.authorization === (isToken ? wanted : "Bearer token");
      if (isToken) response.writeHead(isRight ? 200 : 401).end('{"token":"token"}');
      else if (isRight) response.writeHead(200).end("{}");
      else {
        const realm = `http://${headers.host ?? ""}/token`;
        response
          .writeHead(401, { "www-authenticate": `Bearer realm="${realm}",service="registry"` })
          .end("{}");
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const attempt = (password: string) =>
      tryCredential(host, { isInsecure: true, credential: { username: "nodes", password } });
    try {
      await attempt("right");
      await assert.rejects(attempt("wrong"), /HTTP 401.*are its credentials right/);
    } finally {
      server.close();
    }
  });
});
