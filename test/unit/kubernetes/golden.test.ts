import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { describe, test } from "node:test";
import { parseAllDocuments } from "yaml";
import { checkScript, keepalivedConfig } from "../../../provider/kubernetes/endpoint/keepalived";
import { listScript, snapshotNowScript } from "../../../provider/kubernetes/etcd/kept";
import {
  enableTimerScript,
  snapshotScript,
  snapshotService,
  snapshotTimer,
} from "../../../provider/kubernetes/etcd/snapshots";
import { kernelScript } from "../../../provider/kubernetes/host/apply";
import {
  containerdConfig,
  hostsFiles,
  networkTemplate,
} from "../../../provider/kubernetes/host/containerd";
import { repositoryScript } from "../../../provider/kubernetes/host/packages";
import { auditPolicy } from "../../../provider/kubernetes/kubeadm/auditPolicy";
import { initConfig, joinConfig, uploadConfig } from "../../../provider/kubernetes/kubeadm/configs";
import { encryptionScript } from "../../../provider/kubernetes/kubeadm/encryption";
import { ignoredByFacts, ignoredOnResume } from "../../../provider/kubernetes/kubeadm/ignored";
import { kubeletPatch } from "../../../provider/kubernetes/kubeadm/kubelet";
import { resetScript } from "../../../provider/kubernetes/kubeadm/reset";
import { kubeadmScript } from "../../../provider/kubernetes/kubeadm/run";
import { yamlText } from "../../../provider/kubernetes/kubeadm/yaml";
import { switchScript } from "../../../provider/kubernetes/node/binaries";
import { placeScript } from "../../../provider/kubernetes/restore/place";
import { kubeletServerScript } from "../../../provider/kubernetes/restore/workers";
import { assertGolden } from "../spec/golden";
import {
  clusterInputs,
  containerd,
  containerFacts,
  fullClusterInputs,
  kubelet,
  vmFacts,
} from "./support/inputs";

const folder = path.join(__dirname, "../../fixtures/provider/kubernetes");
const golden = (name: string, text: string) => {
  assertGolden(path.join(folder, name), text);
};

const vm = { nodeName: "prod-control-0-g1", address: "10.0.0.10", facts: vmFacts };
const container = { nodeName: "lab-control-0-g1", address: "10.0.0.10", facts: containerFacts };

describe("what kubeadm is told", () => {
  test("for a single control plane on a VM", () => {
    golden("init.plain.yml", initConfig(clusterInputs, vm));
  });

  test("behind a virtual address, with encryption and a mirror, where the kernel is somebody else's", () => {
    golden("init.full.yml", initConfig(fullClusterInputs, container));
  });

  test("for going on with an initialisation that was cut off", () => {
    const text = initConfig(clusterInputs, { ...vm, ignored: ignoredOnResume });
    const [first] = parseAllDocuments(text).map((document) => document.toJS() as unknown);
    const { nodeRegistration } = first as { nodeRegistration: Record<string, unknown> };
    assert.deepEqual(nodeRegistration.ignorePreflightErrors, [
      ...ignoredByFacts(vm.facts),
      ...ignoredOnResume,
    ]);
  });

  test("to join, as a worker and as a control plane", () => {
    const admission = {
      token: "abcdef.0123456789abcdef",
      endpoint: "10.0.0.9:6443",
      authorityHash: `sha256:${"a".repeat(64)}`,
    };
    golden("join.worker.yml", joinConfig({ role: "worker" }, vm, admission));
    golden(
      "join.controlPlane.yml",
      joinConfig({ role: "controlPlane" }, container, {
        ...admission,
        certificateKey: "b".repeat(64),
      }),
    );
  });

  test("to lend its certificates: with a version, or it would ask the internet for one", () => {
    const documents = parseAllDocuments(uploadConfig("1.34.1", "c".repeat(64)));
    assert.deepEqual(
      documents.map((document) => document.get("kind")),
      ["InitConfiguration", "ClusterConfiguration"],
    );
    assert.equal(documents[1]?.get("kubernetesVersion"), "v1.34.1");
  });

  test("what is particular to one node's kubelet", () => {
    golden("kubelet.vm.yml", yamlText(kubeletPatch(kubelet, vmFacts)));
    golden("kubelet.container.yml", yamlText(kubeletPatch(kubelet, containerFacts)));
  });

  test("who did what is logged, and no content", () => {
    golden("audit-policy.yml", yamlText(auditPolicy));
    const levels = new Set(auditPolicy.rules.map(({ level }) => level));
    assert.deepEqual([...levels].sort(), ["Metadata", "None"]);
  });
});

describe("containerd's configuration", () => {
  test("on a VM", () => {
    golden("containerd.vm.toml", containerdConfig(containerd, vmFacts));
  });

  test("where the site has a pod network of its own", () => {
    golden(
      "containerd.container.toml",
      containerdConfig({ ...containerd, podNetwork: null }, containerFacts),
    );
  });

  test("the pods' network, from the node's own range", () => {
    golden("network.conflist", networkTemplate(1450));
  });

  test("mirrors and registries without TLS", () => {
    const files = hostsFiles({
      ...containerd,
      mirrors: {
        "docker.io": ["https://mirror.test", "http://registry.test:5000"],
        "registry.k8s.io": ["https://harbor.test/v2/k8s/", "https://mirror.test/registry.k8s.io"],
      },
      insecureRegistries: ["registry.test:5000"],
    });
    golden(
      "hosts.toml",
      [...files].map(([registry, text]) => `## ${registry}\n${text}`).join("\n"),
    );
  });
});

test("containerd trusts an authority for its registry, as a registry and as a mirror", () => {
  const files = hostsFiles({
    ...containerd,
    mirrors: { "docker.io": ["https://registry.test:5002", "https://mirror.test"] },
    authorities: { "registry.test:5000": "PEM", "registry.test:5002": "PEM" },
  });
  golden(
    "hosts.authorities.toml",
    [...files].map(([registry, text]) => `## ${registry}\n${text}`).join("\n"),
  );
});

describe("scripts on hosts", () => {
  const virtual = {
    address: "10.0.0.9",
    networkInterface: "ens192",
    own: "10.0.0.11",
    peers: ["10.0.0.12", "10.0.0.10"],
  };
  const schedule = { schedule: "*-*-* 00/6:00:00", keep: 28 };
  const restore = {
    nodeName: "lab-control-0-g2",
    address: "10.0.0.10",
    version: "1.34.1",
    images: "registry.k8s.io",
  };
  const scripts: Readonly<Record<string, string>> = {
    "encryption.sh": encryptionScript,
    "kernel.sh": kernelScript,
    "kubeadm-init.sh": kubeadmScript({
      command: 'kubeadm init --config "$config"',
      config: "…",
      mark: "init",
    }),
    "repository.sh": repositoryScript("https://mirror.test/kubernetes/", "1.34.1"),
    "reset.sh": resetScript,
    "restore.sh": placeScript(restore),
    "kubelet-server.sh": kubeletServerScript("10.0.0.9:6443"),
    "snapshot.sh": snapshotScript(28),
    "snapshot-now.sh": snapshotNowScript,
    "snapshot-list.sh": listScript,
    "snapshot-timer.sh": enableTimerScript(schedule),
    "switch.sh": switchScript("1.34.2", ["kubelet", "kubectl"]),
    "check-api.sh": checkScript,
  };
  for (const [name, text] of Object.entries(scripts)) {
    test(`${name} is as it was, and a script that sh reads`, () => {
      golden(name, text.endsWith("\n") ? text : `${text}\n`);
      const { status, stderr } = spawnSync("sh", ["-n"], { input: text, encoding: "utf8" });
      assert.equal(status, 0, stderr);
    });
  }

  test("keepalived speaks to the other control planes only", () => {
    golden("keepalived.conf", keepalivedConfig(virtual));
  });

  test("systemd takes snapshots at their times", () => {
    golden("snapshot.service", snapshotService);
    golden("snapshot.timer", snapshotTimer(schedule));
  });
});
