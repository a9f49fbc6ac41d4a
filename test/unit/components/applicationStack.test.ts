import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { loadCluster, SpecError } from "../../../components/spec";
import { ownLedger } from "../../../stacks/application/history";
import { clusterOutputs } from "../../../stacks/clusterOutputs";
import { load, required } from "../../../stacks/specFile";

const fixtures = path.join(__dirname, "../../fixtures");

const outputs = {
  dockerEndpoints: ["tcp://10.0.0.1:2376"],
  dockerCaCertificate: "ca",
  dockerClientCertificate: "certificate",
  dockerClientKey: "key",
  features: { ipvs: false, esp: true },
  encryptOverlays: false,
};

/**
 * A cluster's Pulumi stack with these outputs; answers the names under which it was asked for.
 *
 * @param failures what the engine says before it answers, a time each.
 */
async function clusterWith(
  given: Readonly<Record<string, unknown>>,
  failures: readonly string[] = [],
): Promise<{ asked: string[] }> {
  const asked: string[] = [];
  await pulumi.runtime.setMocks(
    {
      call: ({ token, inputs }) => {
        if (token !== "pulumi:pulumi:readStackOutputs") throw new Error(`unexpected ${token}`);
        const failure = failures[asked.length];
        asked.push((inputs as { name: string }).name);
        // As a call's failure is told.
        if (failure !== undefined) throw Object.assign(new Error(failure), { details: failure });
        return { outputs: given };
      },
      newResource: ({ type }) => {
        throw new Error(`unexpected ${type}`);
      },
    },
    "slipway",
    "hello-lab",
    false,
    "organization",
  );
  return { asked };
}

describe("an application's cluster", () => {
  test("is a Pulumi stack of the same project, and gives endpoints, credentials and features", async () => {
    const { asked } = await clusterWith(outputs);
    assert.deepEqual(await clusterOutputs("lab"), {
      orchestrator: "swarm",
      endpoints: ["tcp://10.0.0.1:2376"],
      credentials: { caCertificate: "ca", clientCertificate: "certificate", clientKey: "key" },
      features: { ipvs: false, esp: true },
      pullCredentials: {},
      encryptOverlays: false,
    });
    assert.deepEqual(asked, ["organization/slipway/lab"]);
  });

  test("of Kubernetes gives a kubeconfig for deployments, and never the administrators'", async () => {
    const told = {
      orchestrator: "kubernetes",
      clusterId: "uid",
      kubernetesVersion: "1.34.1",
      kubeconfig: "all rights",
      deployerKubeconfig: "few rights",
      features: { ipvs: false },
      nodePools: [{ name: "workers", role: "worker", labels: {}, taints: [] }],
      networkPolicy: false,
      registries: { caCertificates: [], insecure: [] },
    };
    await clusterWith(told);
    const { deployerKubeconfig: kubeconfig, ...rest } = told;
    assert.deepEqual(await clusterOutputs("lab"), { ...rest, kubeconfig, pullCredentials: {} });
    const { deployerKubeconfig, ...without } = told;
    assert.equal(deployerKubeconfig, "few rights");
    await clusterWith(without);
    await assert.rejects(clusterOutputs("lab"), {
      message: /no output deployerKubeconfig; run `pulumi up --stack lab` first/,
    });
  });

  test("may be of another project", async () => {
    const { asked } = await clusterWith(outputs);
    await clusterOutputs("organization/platform/prod");
    assert.deepEqual(asked, ["organization/platform/prod"]);
  });

  test("is asked again while its state is being written", async () => {
    const name = "organization/slipway/lab";
    const { asked } = await clusterWith(outputs, ["failed to load checkpoint: EOF"]);
    await clusterOutputs("lab");
    assert.deepEqual(asked, [name, name]);
    await clusterWith(outputs, ["failed to load checkpoint: permission denied"]);
    await assert.rejects(clusterOutputs("lab"), /permission denied/);
  });

  test("has to be there", async () => {
    await clusterWith(outputs, ['unknown stack "organization/slipway/lab"']);
    await assert.rejects(clusterOutputs("lab"), {
      message: /^cluster lab: there is no Pulumi stack organization\/slipway\/lab; /,
    });
  });

  test("lacks a secret that the engine has hidden: an error that names it, with what to do", async () => {
    const { dockerClientKey, ...rest } = outputs;
    assert.equal(dockerClientKey, "key");
    await clusterWith(rest);
    await assert.rejects(clusterOutputs("lab"), {
      message:
        /^cluster lab: its Pulumi stack has no output dockerClientKey; run `pulumi up --stack lab` first, .*PULUMI_CONFIG_PASSPHRASE/,
    });
  });
});

test("a ledger that can't be found is an error, and no empty one", async () => {
  await clusterWith({}, ['unknown stack "organization/slipway/hello-lab"']);
  await assert.rejects(ownLedger(), {
    message: "there is no Pulumi stack organization/slipway/hello-lab",
  });
});

test("every setting that is missing is named at once", () => {
  pulumi.runtime.setAllConfig({ "slipway:stack": "stacks/hello/stack.yml" });
  assert.throws(() => required(new pulumi.Config("slipway"), ["stack", "cluster", "version"]), {
    message:
      /^slipway:cluster is not set .*pulumi config set slipway:cluster.*\nslipway:version is not set /,
  });
});

test("problems of a spec file stand under the name that the configuration has", () => {
  const name = path.relative(pulumi.getRootDirectory(), fixtures);
  assert.throws(
    () => load(name, (file) => loadCluster(file, { variables: {} })),
    (error) => error instanceof SpecError && error.message.startsWith(`${name}:1:1 can't be read`),
  );
});

test("a spec file that does not exist is told with the folder that its path counts from", () => {
  assert.throws(
    () => load("none.yml", (file) => loadCluster(file, { variables: {} })),
    (error) =>
      pulumi.RunError.isInstance(error) &&
      error.message ===
        `"none.yml", which the configuration of this Pulumi stack names, does not exist in ${pulumi.getRootDirectory()}; correct it there`,
  );
});
