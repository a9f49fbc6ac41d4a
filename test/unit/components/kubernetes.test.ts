import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Kubernetes } from "../../../components/kubernetes";
import type { ReadyHost } from "../../../components/kubernetes/kubernetesHosts";
import { hostRequirements } from "../../../components/kubernetes/requirements";
import { parseCluster } from "../../../components/spec";
import { runCluster } from "./support/cluster";
import { kubernetesYml, quorumYml } from "./support/kubernetes";
import { inventory, resource, runProgram, type Run } from "./support/program";

const perMachine = (name: string) => [
  `slipway:index:Host ${name}`,
  `slipway:index:KubernetesHost ${name}`,
  `slipway:index:KubernetesNode ${name}`,
  `vsphere:index/virtualMachine:VirtualMachine ${name}`,
];

const once = [
  "pulumi:providers:kubernetes lab",
  "pulumi:providers:slipway lab",
  "pulumi:providers:vsphere lab",
  "slipway:index:KubernetesCluster lab",
  "slipway:index:KubernetesCredential lab-admin",
  "slipway:index:KubernetesCredential lab-deployer",
  "slipway:kubernetes:Addons lab",
  "slipway:index:NodePoolGenerations lab-control",
  "slipway:index:NodePoolGenerations lab-workers",
  "slipway:kubernetes:Kubernetes lab",
  "slipway:kubernetes:KubernetesHosts lab",
  "slipway:machines:NodePool lab-control",
  "slipway:machines:NodePool lab-workers",
  "slipway:machines:VsphereMachines lab",
];

const addonObjects = [
  "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy lab-deployer-policy",
  "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding lab-deployer-policy-binding",
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole lab-deployer-role",
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding lab-deployer-binding",
  "kubernetes:apps/v1:DaemonSet lab-flannel-daemon",
  "kubernetes:core/v1:ConfigMap lab-flannel-settings",
  "kubernetes:core/v1:Namespace lab-flannel-namespace",
  "kubernetes:core/v1:ServiceAccount lab-flannel-account",
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole lab-flannel-role",
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding lab-flannel-binding",
  "kubernetes:apps/v1:DaemonSet lab-network-policy-daemon",
  "kubernetes:core/v1:Namespace lab-network-policy-namespace",
  "kubernetes:core/v1:ServiceAccount lab-network-policy-account",
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole lab-network-policy-role",
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding lab-network-policy-binding",
  "kubernetes:apps/v1:Deployment lab-local-path-deployment",
  "kubernetes:core/v1:ConfigMap lab-local-path-settings",
  "kubernetes:core/v1:Namespace lab-local-path-namespace",
  "kubernetes:core/v1:ServiceAccount lab-local-path-account",
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole lab-local-path-role",
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding lab-local-path-binding",
  "kubernetes:rbac.authorization.k8s.io/v1:Role lab-local-path-helper-role",
  "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding lab-local-path-helper-binding",
  "kubernetes:storage.k8s.io/v1:StorageClass lab-local-path-class",
  "kubernetes:apiregistration.k8s.io/v1:APIService lab-metrics-server-api",
  "kubernetes:apps/v1:Deployment lab-metrics-server-deployment",
  "kubernetes:core/v1:Service lab-metrics-server-service",
  "kubernetes:core/v1:ServiceAccount lab-metrics-server-account",
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole lab-metrics-server-reader",
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole lab-metrics-server-role",
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding lab-metrics-server-binding",
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding lab-metrics-server-delegator",
  "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding lab-metrics-server-auth-reader",
];

const ofKubernetes = (run: Run) =>
  run.resources.filter(({ type }) => type.startsWith("kubernetes:"));

/** Types and names of what a resource depends on. */
function depends(run: Run, type: string, name: string): readonly string[] {
  return resource(run, type, name)
    .dependencies.map((urn) => urn.split("::").slice(2).join(" "))
    .map((text) => text.replace(/^.*[$:]/, ""))
    .sort();
}

describe("a cluster of one control plane and two workers", () => {
  test("is exactly these resources", async () => {
    const machines = ["lab-control-0", "lab-workers-0", "lab-workers-1"];
    assert.deepEqual(
      inventory(await runCluster({ yml: kubernetesYml })),
      [...once, ...addonObjects, ...machines.flatMap(perMachine)].sort(),
    );
  });

  test("prepares each host as the file says", async () => {
    const run = await runCluster({ yml: kubernetesYml });
    assert.deepEqual(resource(run, "KubernetesHost", "lab-workers-0").inputs, {
      machine: "workers-0",
      vmUuid: "uuid-of-lab-workers-0",
      version: "1.34.1",
      source: "preinstalled",
      containerd: {
        sandboxImage: "registry.test/hub/registry.k8s.io/pause:3.10.1",
        mirrors: {},
        insecureRegistries: [],
        podNetwork: { mtu: 1450 },
      },
    });
  });

  test("is initialised once its control plane is ready, while workers may still be installing", async () => {
    const run = await runCluster({ yml: kubernetesYml });
    assert.deepEqual(depends(run, "KubernetesCluster", "lab"), ["KubernetesHost lab-control-0"]);
    assert.deepEqual(resource(run, "KubernetesCluster", "lab").inputs, {
      version: "1.34.1",
      podRange: "10.244.0.0/16",
      serviceRange: "10.96.0.0/16",
      images: "registry.test/hub/registry.k8s.io",
      certificates: { days: 365, authorityDays: 3650 },
      encryptSecrets: true,
      snapshots: { schedule: "*-*-* 00/6:00:00", keep: 28 },
      kubelet: {
        systemReserved: { cpu: "100m", memory: "128Mi" },
        kubeReserved: { cpu: "100m", memory: "128Mi" },
        evictionHard: {
          "memory.available": "100Mi",
          "nodefs.available": "819Mi",
          "imagefs.available": "1229Mi",
        },
      },
    });
  });

  test("lets each node join when its own host is ready, with what its pool says", async () => {
    const run = await runCluster({ yml: kubernetesYml });
    assert.deepEqual(depends(run, "KubernetesNode", "lab-workers-1"), [
      "KubernetesCluster lab",
      "KubernetesHost lab-workers-1",
      "VirtualMachine lab-workers-1",
    ]);
    assert.deepEqual(resource(run, "KubernetesNode", "lab-workers-1").inputs, {
      machine: "workers-1",
      vmUuid: "uuid-of-lab-workers-1",
      clusterId: "cluster-uid",
      role: "worker",
      pool: "workers",
      labels: { zone: "a" },
      taints: [],
      version: "1.34.1",
      source: "preinstalled",
      kubelet: {
        systemReserved: { cpu: "100m", memory: "256Mi" },
        kubeReserved: { cpu: "100m", memory: "256Mi" },
        evictionHard: {
          "memory.available": "100Mi",
          "nodefs.available": "819Mi",
          "imagefs.available": "1229Mi",
        },
      },
      ephemeralVolumes: false,
      upgradeBatch: 1,
    });
  });

  test("gives its own parts an administrator's credential, and deployments one with few rights", async () => {
    const run = await runCluster({ yml: kubernetesYml });
    const credential = (name: string) => {
      const { commonName, groups } = resource(run, "KubernetesCredential", name).inputs;
      return { commonName, groups };
    };
    assert.deepEqual(credential("lab-admin"), {
      commonName: "slipway-admin",
      groups: ["kubeadm:cluster-admins"],
    });
    assert.deepEqual(credential("lab-deployer"), {
      commonName: "slipway-deployer",
      groups: ["slipway:deployers"],
    });
    const provider = resource(run, "kubernetes", "lab");
    assert.match(JSON.stringify(provider.inputs.kubeconfig), /"kubeconfig of lab-admin"/);
    assert.deepEqual(provider.secrets, ["kubeconfig"]);
    assert.equal(provider.inputs.clusterIdentifier, "cluster-uid");
  });

  test("tells what applications need", async () => {
    const { outputs } = await runCluster({ yml: kubernetesYml });
    assert.deepEqual(outputs, {
      orchestrator: "kubernetes",
      name: "lab",
      version: "1.0.0",
      sshUser: "ops",
      staleMachines: { "workers-1": ["numCpus"] },
      clusterId: "cluster-uid",
      kubernetesVersion: "1.34.1",
      apiEndpoint: "https://10.0.0.9:6443",
      controlPlanes: { "control-0": "address-of-lab-control-0" },
      workers: {
        "workers-0": "address-of-lab-workers-0",
        "workers-1": "address-of-lab-workers-1",
      },
      features: { ipvs: false, esp: true, vxlan: true, overlayfs: true, ipset: true },
      kubeconfig: "kubeconfig of lab-admin",
      deployerKubeconfig: "kubeconfig of lab-deployer",
      nodePools: [
        { name: "control", role: "controlPlane", labels: {}, taints: [] },
        { name: "workers", role: "worker", labels: { zone: "a" }, taints: [] },
      ],
      networkPolicy: true,
      registries: { caCertificates: [], insecure: [] },
    });
  });
});

describe("a cluster of three control planes and one worker", () => {
  test("is exactly these resources", async () => {
    const machines = ["lab-control-0", "lab-control-1", "lab-control-2", "lab-workers-0"];
    assert.deepEqual(
      inventory(await runCluster({ yml: quorumYml })),
      [
        ...once,
        ...addonObjects,
        ...machines.flatMap(perMachine),
        "vsphere:index/computeClusterVmAntiAffinityRule:ComputeClusterVmAntiAffinityRule lab-control",
      ].sort(),
    );
  });

  test("waits for all of its control planes' hosts, and has the endpoint that outlives each", async () => {
    const run = await runCluster({ yml: quorumYml });
    assert.deepEqual(depends(run, "KubernetesCluster", "lab"), [
      "KubernetesHost lab-control-0",
      "KubernetesHost lab-control-1",
      "KubernetesHost lab-control-2",
    ]);
    const { inputs } = resource(run, "KubernetesCluster", "lab");
    assert.deepEqual(inputs.apiEndpoint, { address: "10.0.0.9", port: 6443, kind: "virtual" });
    assert.equal(resource(run, "KubernetesNode", "lab-control-2").inputs.role, "controlPlane");
  });
});

describe("a cluster's own objects", () => {
  test("depend on no machine, so that none of them is rolled with one", async () => {
    for (const { name, dependencies } of ofKubernetes(await runCluster({ yml: kubernetesYml })))
      for (const urn of dependencies)
        assert.match(urn, /\$kubernetes:|KubernetesObject/, `${name} depends on ${urn}`);
  });

  test("go with the cluster, and are not deleted one by one", async () => {
    for (const { name, deletedWith } of ofKubernetes(await runCluster({ yml: kubernetesYml })))
      assert.match(deletedWith, /slipway:index:KubernetesCluster::lab$/, name);
  });

  test("all use the cluster's own connection", async () => {
    for (const { name, provider } of ofKubernetes(await runCluster({ yml: kubernetesYml })))
      assert.match(provider, /pulumi:providers:kubernetes::lab::/, name);
  });

  test("come in their order: what runs on the pod network after it", async () => {
    const run = await runCluster({ yml: kubernetesYml });
    assert.ok(
      depends(run, "Deployment", "lab-metrics-server-deployment").includes(
        "DaemonSet lab-flannel-daemon",
      ),
    );
    assert.ok(
      depends(run, "APIService", "lab-metrics-server-api").includes(
        "Deployment lab-metrics-server-deployment",
      ),
    );
  });

  test("are without flannel and without waiting where the site has its own pod network", async () => {
    const yml = kubernetesYml.replace("1.34.1\n", "1.34.1\n  podNetwork: external\n");
    const run = await runCluster({ yml });
    assert.ok(!inventory(run).some((one) => one.includes("flannel")));
    const { inputs } = resource(run, "Deployment", "lab-metrics-server-deployment");
    const { annotations } = inputs.metadata as { annotations?: object };
    assert.deepEqual(annotations, { "pulumi.com/skipAwait": "true" });
    const host = resource(run, "KubernetesHost", "lab-workers-0").inputs;
    assert.equal((host.containerd as { podNetwork: unknown }).podNetwork, null);
  });

  const enforced = (run: Run) => ({
    told: run.outputs.networkPolicy,
    deployed: inventory(run).some((one) => one.includes("lab-network-policy-daemon")),
  });

  test("are without what enforces policies where the file says so", async () => {
    const yml = kubernetesYml.replace("1.34.1\n", "1.34.1\n  networkPolicy: false\n");
    assert.deepEqual(enforced(await runCluster({ yml })), { told: false, deployed: false });
  });

  test("leave policies to a pod network of the site, which enforces them if the file says so", async () => {
    const own = kubernetesYml.replace("1.34.1\n", "1.34.1\n  podNetwork: external\n");
    assert.deepEqual(enforced(await runCluster({ yml: own })), { told: false, deployed: false });
    const yml = own.replace("external\n", "external\n  networkPolicy: true\n");
    assert.deepEqual(enforced(await runCluster({ yml })), { told: true, deployed: false });
  });

  test("are without a storage class where the site has its own", async () => {
    const yml = kubernetesYml.replace("1.34.1\n", "1.34.1\n  storage: external\n");
    assert.ok(!inventory(await runCluster({ yml })).some((one) => one.includes("local-path")));
  });
});

test("nothing of the Swarm's components is loaded for Kubernetes", async () => {
  await runCluster({ yml: kubernetesYml });
  const files = Object.keys(require.cache).map((file) => file.replaceAll("\\", "/"));
  assert.ok(files.some((file) => file.endsWith("/components/kubernetes/kubernetes.ts")));
  const foreign = files.filter((file) =>
    /\/components\/(docker|swarm|scheduler)\/|\/stacks\/(swarm|platform|ingress)\.ts$/.test(file),
  );
  assert.deepEqual(foreign, []);
});

describe("bad wiring", () => {
  const { spec } = parseCluster("cluster.yml", kubernetesYml, { variables: {} });
  assert.ok(spec.orchestrator === "kubernetes");
  const { nodePools, kubernetes } = spec;
  const wired = (hosts: readonly ReadyHost[]) =>
    runProgram(() => {
      new Kubernetes("lab", { cluster: "lab", hosts, nodePools, spec: kubernetes });
      return Promise.resolve({});
    }, {});

  test("without a control plane there is no cluster", async () => {
    await assert.rejects(wired([]), { message: "cluster lab has no control plane" });
  });

  test("a machine of a pool that is not there is an error that names both", async () => {
    const size = { numCpus: 1, memoryMiB: 1024, freeDiskGiB: 4 };
    const host = { name: "x-0", pool: "x", role: "controlPlane", size } as unknown as ReadyHost;
    await assert.rejects(wired([host]), { message: "machine x-0 is of no node pool (x)" });
  });
});

describe("what a host must be like", () => {
  const os = {
    dns: [],
    searchDomains: [],
    ntp: [],
    caCertificates: [],
    expected: { id: "debian", versionId: "12" },
  };
  const size = { numCpus: 2, memoryMiB: 2048, freeDiskGiB: 4 };
  const ports = (role: "controlPlane" | "worker") =>
    hostRequirements(role, size, os, { podNetwork: "flannel", networkPolicy: false }).freePorts;

  test("control planes keep the ports of the API, etcd, scheduler and controllers free as well", () => {
    assert.deepEqual(ports("worker"), ["10250/tcp", "10256/tcp"]);
    assert.deepEqual(ports("controlPlane"), [
      "6443/tcp",
      "2379/tcp",
      "2380/tcp",
      "10257/tcp",
      "10259/tcp",
      "10250/tcp",
      "10256/tcp",
    ]);
  });

  test("VXLAN is asked for where flannel needs it, swap has to be off in any case", () => {
    const external = hostRequirements("worker", size, os, {
      podNetwork: "external",
      networkPolicy: true,
    });
    assert.deepEqual(external.features, ["overlayfs"]);
    assert.deepEqual(external.peerPorts, ["6443/tcp", "10250/tcp"]);
    const own = hostRequirements("worker", size, os, {
      podNetwork: "flannel",
      networkPolicy: false,
    });
    assert.deepEqual(own.features, ["overlayfs", "vxlan"]);
    assert.deepEqual(own.peerPorts, ["6443/tcp", "10250/tcp", "8472/udp"]);
    assert.equal(own.swapOff, true);
  });

  test("what NetworkPolicies need is asked for where Slipway enforces them", () => {
    const { features, freePorts } = hostRequirements("worker", size, os, {
      podNetwork: "flannel",
      networkPolicy: true,
    });
    assert.deepEqual(features, ["overlayfs", "vxlan", "ipset"]);
    assert.ok(freePorts.includes("20244/tcp"));
  });
});
