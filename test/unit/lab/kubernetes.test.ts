import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { formerKubernetesImages, kubernetesImages } from "../../../lab/images/kubernetes";
import { control, packageFile, packagesOf } from "../../../lab/kubernetes/packages";
import { folderOf, packageEntry } from "../../../lab/kubernetes/repository";
import { withKubernetes } from "../../../lab/kubernetes/programs";
import { kubernetesVersions } from "../../../lab/kubernetes/versions";
import { layeredImage, packed } from "../../../lab/registry/image";
import { tar } from "../../../lab/registry/tar";
import { templatesFor } from "../../../lab/templates";
import { templateArguments } from "../../../lab/vcenterService";

const modules = path.resolve(__dirname, "../../../lab/kubernetes");
const goMod = (module: string) => readFileSync(path.join(modules, module, "go.mod"), "utf8");

/** Required version by module path. */
function requirements(module: string): ReadonlyMap<string, string> {
  const lines = goMod(module).matchAll(/^(?:require |\t)(\S+) (v\S+)(?: \/\/ indirect)?$/gm);
  return new Map([...lines].map(([, name = "", version = ""]) => [name, version]));
}

describe("the Go modules of Kubernetes", () => {
  test("build the lab's first release as they stand", () => {
    assert.equal(withKubernetes(goMod("kubernetes"), kubernetesVersions[0]), goMod("kubernetes"));
  });

  test("build another release by what replaces its libraries, and by nothing else", () => {
    const text = [
      "require (",
      "\tk8s.io/kubernetes v1.34.1",
      "\tk8s.io/api v0.34.1 // indirect",
      ")",
      "replace (",
      "\tk8s.io/api => k8s.io/api v0.34.1",
      "\tk8s.io/kubernetes => k8s.io/kubernetes v1.34.1",
      "\texample.org/other => example.org/other v1.34.1",
      ")",
    ];
    assert.deepEqual(withKubernetes(text.join("\n"), "1.34.0").split("\n"), [
      ...text.slice(0, 5),
      "\tk8s.io/api => k8s.io/api v0.34.0",
      "\tk8s.io/kubernetes => k8s.io/kubernetes v1.34.0",
      ...text.slice(7),
    ]);
  });

  test("have the sums of every release that the lab builds", () => {
    const sums = readFileSync(path.join(modules, "kubernetes", "go.sum"), "utf8");
    for (const version of kubernetesVersions)
      assert.ok(sums.includes(`k8s.io/kubernetes v${version} h1:`), version);
  });

  for (const module of ["etcd", "local-path"])
    test(`give ${module} the versions that Kubernetes has, so that Go compiles once what they share`, () => {
      const kubernetes = requirements("kubernetes");
      const shared = [...requirements(module)].filter(([name]) => kubernetes.has(name));
      assert.ok(shared.length > 30);
      for (const [name, version] of shared) assert.equal(version, kubernetes.get(name), name);
    });
});

describe("the packages of a release", () => {
  const packages = (version: string) => packagesOf(version, "/build/kubernetes", "/build/plugins");
  const named = (version: string, name: string) => {
    const found = packages(version).find((each) => each.name === name);
    assert.ok(found);
    return found;
  };

  test("have the names and versions of the Kubernetes project's own", () => {
    const names = packages("1.34.1").map(packageFile);
    for (const name of ["kubelet", "kubeadm", "kubectl"])
      assert.ok(names.includes(`${name}_1.34.1-1.1_amd64.deb`));
    assert.ok(names.includes("kubernetes-cni_1.9.1-1.1_amd64.deb"));
  });

  test("let the kubeadm of one stand beside the kubelet of another, as an upgrade needs it", () => {
    const kubeadm = named("1.34.1", "kubeadm");
    const kubelet = named("1.34.0", "kubelet");
    assert.deepEqual(kubeadm.depends, ["kubernetes-programs-1.34.1 (= 1.34.1-1.1)"]);
    assert.ok(kubelet.depends.includes("kubernetes-programs-1.34.0 (= 1.34.0-1.1)"));
    const programs = (version: string) =>
      Object.keys(named(version, `kubernetes-programs-${version}`).files);
    assert.notDeepEqual(programs("1.34.1"), programs("1.34.0"));
  });

  test("lead a command by its name to the one program", () => {
    assert.deepEqual(named("1.34.1", "kubectl").files, {
      "/usr/bin/kubectl": { link: "../../usr/lib/kubernetes/1.34.1/kubernetes" },
    });
  });

  test("are described as dpkg wants it", () => {
    assert.match(
      control(named("1.34.1", "kubeadm")),
      /^Package: kubeadm\nVersion: 1\.34\.1-1\.1\nArchitecture: amd64\n[^]*\nDepends: kubernetes-programs-1\.34\.1 \(= 1\.34\.1-1\.1\)\nDescription: .*\n$/,
    );
  });
});

describe("the package repository", () => {
  test("has a folder for each minor version, as pkgs.k8s.io has", () => {
    assert.equal(folderOf("1.34.1"), "core:/stable:/v1.34/deb");
  });

  test("lists a package with its own fields, its place and what apt checks", () => {
    const fields = control({
      name: "kubectl",
      version: "1.34.1-1.1",
      description: "a tool",
      depends: [],
      files: {},
    });
    const file = { name: "kubectl_1.34.1-1.1_amd64.deb", size: 12, sha256: "abc" };
    assert.match(
      packageEntry(fields, file),
      /^Package: kubectl\n[^]*\nDescription: a tool\nFilename: amd64\/kubectl_1\.34\.1-1\.1_amd64\.deb\nSize: 12\nSHA256: abc\n$/,
    );
  });
});

describe("the images of a cluster", () => {
  test("have the names and tags that kubeadm asks for, under the name of their registry", () => {
    const names = [...kubernetesImages, ...formerKubernetesImages].map(
      ({ repository, tag }) => `${repository}:${tag}`,
    );
    for (const name of [
      "registry.k8s.io/kube-apiserver:v1.34.1",
      "registry.k8s.io/kube-controller-manager:v1.34.1",
      "registry.k8s.io/kube-scheduler:v1.34.1",
      "registry.k8s.io/kube-proxy:v1.34.0",
      "registry.k8s.io/etcd:3.6.4-0",
      "registry.k8s.io/coredns/coredns:v1.12.1",
      "registry.k8s.io/pause:3.10.1",
    ])
      assert.ok(names.includes(name), name);
    assert.equal(new Set(names).size, names.length);
  });

  test("that share a layer name it by one digest", () => {
    const layer = (name: string) => {
      const archive = tar([{ name, content: Buffer.from(name), mode: 0o755 }]);
      return packed({ archive, compressed: archive });
    };
    const below = layer("shared");
    const one = layeredImage([below], "amd64", {});
    const two = layeredImage([below, layer("own")], "amd64", {});
    assert.equal(one.layers[0]?.digest, two.layers[0]?.digest);
    const { rootfs } = JSON.parse(two.config.content.toString()) as {
      rootfs: { diff_ids: string[] };
    };
    assert.equal(rootfs.diff_ids.length, 2);
    assert.notEqual(one.manifest.digest, two.manifest.digest);
  });
});

describe("the templates in vCenter", () => {
  test("are the standard one, and one for Kubernetes only where that is asked for", () => {
    assert.deepEqual(templatesFor("swarm"), ["debian-12"]);
    assert.deepEqual(templatesFor("kubernetes"), ["debian-12", "debian-12-kubernetes"]);
  });

  test("have an image each, or none where no machines stand behind VMs", () => {
    assert.deepEqual(templateArguments({ "debian-12": "lab:1", "debian-12-kubernetes": "lab:2" }), [
      ...["--template", "debian-12=lab:1"],
      ...["--template", "debian-12-kubernetes=lab:2"],
    ]);
    assert.deepEqual(templateArguments(["debian-12"]), ["--template", "debian-12="]);
  });
});
