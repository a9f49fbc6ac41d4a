import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { vsphereCsi } from "../../../components/kubernetes/addons/vsphereCsi";
import {
  csiConfig,
  csiConfigName,
  type CsiVcenter,
} from "../../../components/kubernetes/addons/vsphereCsiConfig";
import { assertGolden } from "../spec/golden";
import { runCluster } from "./support/cluster";
import { kubernetesYml, quorumYml } from "./support/kubernetes";
import { inventory, resource } from "./support/program";

const vcenter: CsiVcenter = {
  server: "vcenter.example.com",
  user: "CORP\\csi",
  password: 'a "quoted" \\ one',
  allowUnverifiedSsl: false,
  datacenter: "Frankfurt",
};

describe("the driver's configuration", () => {
  const fixture = (name: string) =>
    path.join(__dirname, "../../fixtures/kubernetes-addons", `vsphere-csi.${name}.conf`);

  test("names vCenter, account and the machines' authorities", () => {
    assertGolden(fixture("verified"), csiConfig(vcenter, "prod-0f1e2d3c"));
  });

  test("takes any certificate where Slipway's own connection does", () => {
    const text = csiConfig({ ...vcenter, allowUnverifiedSsl: true }, "prod-0f1e2d3c");
    assertGolden(fixture("unverified"), text);
  });

  for (const [server, host, port] of [
    ["vcenter", "vcenter", "443"],
    ["10.1.2.3:18443", "10.1.2.3", "18443"],
    ["[fd00::1]", "fd00::1", "443"],
    ["[fd00::1]:8443", "fd00::1", "8443"],
  ] as const)
    test(`reaches ${server} at ${host}, port ${port}`, () => {
      const text = csiConfig({ ...vcenter, server }, "id");
      assert.ok(text.includes(`[VirtualCenter "${host}"]\n`), text);
      assert.ok(text.includes(`port = "${port}"\n`), text);
    });

  test("has another name with another password, and none that tells it", () => {
    const name = csiConfigName(vcenter, "salt");
    assert.equal(name, csiConfigName({ ...vcenter }, "salt"));
    assert.notEqual(name, csiConfigName({ ...vcenter, password: "other" }, "salt"));
    assert.notEqual(name, csiConfigName(vcenter, "other"));
  });
});

describe("storage on vSphere", () => {
  const args = { config: "c", configData: "ZGF0YQ==", controlPlanes: 3 };
  const sources = { images: "registry.k8s.io" };

  test("names policy and datastore where the site does, and leaves them to vCenter else", () => {
    const parameters = (more: object) =>
      vsphereCsi({ ...args, ...more }, sources).class?.parameters as object;
    assert.deepEqual(parameters({}), { "csi.storage.k8s.io/fstype": "ext4" });
    assert.deepEqual(parameters({ storagePolicy: "gold", datastoreUrl: "ds:///x/" }), {
      "csi.storage.k8s.io/fstype": "ext4",
      storagepolicyname: "gold",
      datastoreurl: "ds:///x/",
    });
  });

  for (const [controlPlanes, replicas] of [
    [1, 1],
    [3, 3],
    [5, 3],
  ] as const)
    test(`has ${replicas} of its controllers on ${controlPlanes} control planes`, () => {
      const { controller } = vsphereCsi({ ...args, controlPlanes }, sources);
      assert.equal(
        (controller as unknown as { spec: { replicas: number } }).spec.replicas,
        replicas,
      );
    });

  test("lets a drain take its controllers while another is there, and a single one at once", () => {
    const budget = (controlPlanes: number) =>
      vsphereCsi({ ...args, controlPlanes }, sources)["controller-budget"]?.spec;
    assert.equal(budget(1), undefined);
    const { minAvailable, selector } = budget(3) as { minAvailable: number; selector: object };
    assert.equal(minAvailable, 1);
    const { controller, "controller-policy": policy } = vsphereCsi(args, sources);
    const pods = (controller as unknown as { spec: { selector: object } }).spec.selector;
    assert.deepEqual(selector, pods);
    assert.deepEqual(policy?.spec, { podSelector: pods, policyTypes: ["Ingress"] });
  });

  test("keeps the data of what is deleted", () => {
    assert.equal(vsphereCsi(args, sources).class?.reclaimPolicy, "Retain");
  });
});

const section = `  storage: vsphere
  vsphereStorage: { user: csi@vsphere.local, storagePolicy: gold }
`;
const onVsphere = (yml: string) => yml.replace("1.34.1\n", `1.34.1\n${section}`);
const config = { "slipway:csiPassword": "hidden" };

describe("a cluster with storage on vSphere", () => {
  test("has the driver's objects in the place of those of local storage", async () => {
    const all = inventory(await runCluster({ yml: onVsphere(kubernetesYml), config }));
    assert.ok(!all.some((one) => one.includes("local-path")));
    assert.deepEqual(
      all.filter((one) => one.includes("vsphere-csi")),
      [
        "kubernetes:apps/v1:DaemonSet lab-vsphere-csi-node",
        "kubernetes:apps/v1:Deployment lab-vsphere-csi-controller",
        "kubernetes:core/v1:ConfigMap lab-vsphere-csi-features",
        "kubernetes:core/v1:Namespace lab-vsphere-csi-namespace",
        "kubernetes:core/v1:Secret lab-vsphere-csi-config",
        "kubernetes:core/v1:ServiceAccount lab-vsphere-csi-controller-account",
        "kubernetes:core/v1:ServiceAccount lab-vsphere-csi-node-account",
        "kubernetes:networking.k8s.io/v1:NetworkPolicy lab-vsphere-csi-controller-policy",
        "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole lab-vsphere-csi-controller-role",
        "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole lab-vsphere-csi-node-role",
        "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding lab-vsphere-csi-controller-binding",
        "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding lab-vsphere-csi-node-binding",
        "kubernetes:rbac.authorization.k8s.io/v1:Role lab-vsphere-csi-controller-own-role",
        "kubernetes:rbac.authorization.k8s.io/v1:Role lab-vsphere-csi-node-own-role",
        "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding lab-vsphere-csi-controller-own-binding",
        "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding lab-vsphere-csi-node-own-binding",
        "kubernetes:storage.k8s.io/v1:CSIDriver lab-vsphere-csi-driver",
        "kubernetes:storage.k8s.io/v1:StorageClass lab-vsphere-csi-class",
      ],
    );
  });

  test("tells the driver vCenter, datacenter and itself, and hides what it tells", async () => {
    const run = await runCluster({ yml: onVsphere(kubernetesYml), config });
    const secret = resource(run, "Secret", "lab-vsphere-csi-config");
    assert.deepEqual(secret.secrets, ["data"]);
    assert.ok(secret.additionalSecretOutputs.includes("data"));
    assert.ok(secret.dependencies.every((urn) => !/VirtualMachine|KubernetesNode/.test(urn)));
    const { data, metadata } = secret.inputs as {
      data: Readonly<Record<string, unknown>>;
      metadata: { name: string };
    };
    const text = Buffer.from(secretValue(data)["csi-vsphere.conf"] ?? "", "base64").toString();
    assert.match(text, /cluster-id = "lab-cluster-uid"\n/);
    assert.match(text, /\[VirtualCenter "vcenter\.example\.com"\]\n/);
    assert.match(text, /user = "csi@vsphere\.local"\npassword = "hidden"\n/);
    assert.match(text, /datacenters = "DC0"\n/);
    const { inputs } = resource(run, "Deployment", "lab-vsphere-csi-controller");
    assert.match(JSON.stringify(inputs), new RegExp(`"secretName":"${metadata.name}"`));
    const shown = run.resources.filter((one) => one !== secret);
    assert.doesNotMatch(JSON.stringify([shown, run.outputs]), /hidden|aGlkZGVu/);
  });

  test("has machines that see which disk is which, and a definition that says so", async () => {
    const run = await runCluster({ yml: onVsphere(quorumYml), config });
    for (const name of ["lab-control-2", "lab-workers-0"]) {
      const vm = resource(run, "VirtualMachine", name);
      assert.equal(vm.inputs.enableDiskUuid, true);
      assert.ok(vm.ignoreChanges.includes("enableDiskUuid"));
      const pool = name.replace(/-\d+$/, "");
      const { definition } = resource(run, "NodePoolGenerations", pool).inputs;
      assert.equal((definition as Record<string, string>).diskUuid, "true");
    }
    const { inputs } = resource(run, "Deployment", "lab-vsphere-csi-controller");
    assert.equal((inputs.spec as { replicas: number }).replicas, 3);
  });

  test("keeps those who deploy out of the driver's namespace", async () => {
    const policy = async (yml: string) =>
      JSON.stringify(
        resource(
          await runCluster({ yml, config }),
          "ValidatingAdmissionPolicy",
          "lab-deployer-policy",
        ).inputs,
      );
    assert.match(await policy(onVsphere(kubernetesYml)), /'vmware-system-csi'/);
    assert.doesNotMatch(await policy(kubernetesYml), /vmware-system-csi/);
  });

  test("needs the account's password, and says how to set it", async () => {
    const yml = onVsphere(kubernetesYml);
    await assert.rejects(runCluster({ yml }), {
      message:
        "slipway:csiPassword is missing, the password of the account in kubernetes.vsphereStorage.user; set it with `pulumi config set --secret slipway:csiPassword`",
    });
    await assert.rejects(runCluster({ yml, config: { "slipway:csiPassword": "hidden\n" } }), {
      message:
        "slipway:csiPassword has a line break, as a file that was read whole has at its end; set it without",
    });
  });
});

test("a cluster with other storage has machines as ever, whatever is configured", async () => {
  const run = await runCluster({ yml: kubernetesYml, config });
  const vm = resource(run, "VirtualMachine", "lab-workers-0");
  assert.equal(vm.inputs.enableDiskUuid, undefined);
  const { definition } = resource(run, "NodePoolGenerations", "lab-workers").inputs;
  assert.ok(!Object.hasOwn(definition as object, "diskUuid"));
  assert.ok(!inventory(run).some((one) => one.includes("csi")));
});

/** A Pulumi secret as the engine gets it, unwrapped. */
function secretValue(data: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return ("value" in data ? data.value : data) as Readonly<Record<string, string>>;
}
