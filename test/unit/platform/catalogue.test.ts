import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { planned } from "../../../cli/images/sync";
import { merged } from "../../../cli/images/list";
import { catalogue, mirroredNames } from "../../../components/platform/catalogue";
import { kubeadmImages } from "../../../components/kubernetes/kubeadmImages";
import { parseCluster } from "../../../components/spec";
import { kubernetesYml, registries, swarmYml } from "../registry/support";

const swarm = (platform: string) =>
  parseCluster(path.join(__dirname, "c.yml"), `${swarmYml}platform: ${platform}\n`).spec;
const kubernetes = (platform: string, settings = "") =>
  parseCluster(
    path.join(__dirname, "c.yml"),
    `${kubernetesYml.replace("version: 1.34.1", `version: 1.34.1${settings}`)}platform: ${platform}\n`,
  ).spec;
const names = (spec: ReturnType<typeof swarm>) =>
  catalogue(spec).images.map(({ source }) => source);

void describe("what a site must mirror", () => {
  void test("is nothing for a Swarm without a platform", () => {
    assert.deepEqual(names(swarm("{}")), []);
    assert.deepEqual(
      names(swarm("{ registry: { external: { url: https://h.test, user: u } } }")),
      [],
    );
  });

  void test("is each image once, for the parts that have it", () => {
    const spec = swarm(
      `{ mirror: hub.test/m, ingress: {}, scheduler: {}, registry: ${registries.volume} }`,
    );
    assert.deepEqual(catalogue(spec).images, [
      {
        parts: ["scheduler"],
        source: "crazymax/swarm-cronjob:1.14.0",
        target: "hub.test/m/crazymax/swarm-cronjob:1.14.0",
      },
      {
        parts: ["ingress", "scheduler"],
        source: "haproxy:2.6.12",
        target: "hub.test/m/haproxy:2.6.12",
      },
      { parts: ["registry"], source: "registry:3.1.2", target: "hub.test/m/registry:3.1.2" },
      { parts: ["ingress"], source: "traefik:v3.6.0", target: "hub.test/m/traefik:v3.6.0" },
    ]);
  });

  void test("is not what the file names by an image of the site's", () => {
    assert.deepEqual(
      names(
        swarm("{ ingress: { image: my/traefik:1 }, scheduler: { apiFilterImage: my/haproxy:1 } }"),
      ),
      ["crazymax/swarm-cronjob:1.14.0", "haproxy:2.6.12"],
    );
  });

  void test("of Kubernetes is what kubeadm brings, and the addons that there are", () => {
    const all = catalogue(kubernetes("{ mirror: hub.test }"));
    assert.deepEqual(all.doubts, []);
    assert.deepEqual(
      all.images.map(({ target }) => target),
      [
        "hub.test/busybox:1.35.0",
        "hub.test/cloudnativelabs/kube-router:v1.6.1",
        "hub.test/ghcr.io/flannel-io/flannel:v0.28.4",
        "hub.test/rancher/local-path-provisioner:v0.0.30",
        "hub.test/registry.k8s.io/coredns/coredns:v1.12.1",
        "hub.test/registry.k8s.io/etcd:3.6.4-0",
        "hub.test/registry.k8s.io/kube-apiserver:v1.34.1",
        "hub.test/registry.k8s.io/kube-controller-manager:v1.34.1",
        "hub.test/registry.k8s.io/kube-proxy:v1.34.1",
        "hub.test/registry.k8s.io/kube-scheduler:v1.34.1",
        "hub.test/registry.k8s.io/metrics-server/metrics-server:v0.9.0",
        "hub.test/registry.k8s.io/pause:3.10.1",
      ],
    );
    const bare = kubernetes("{}", ", podNetwork: external, storage: external, networkPolicy: true");
    assert.ok(!names(bare).some((name) => /flannel|kube-router|local-path|csi/.test(name)));
    const otherFolder = kubernetes("{}", ", images: hub.test/k8s");
    assert.ok(
      catalogue(otherFolder).images.some(({ target }) => target === "hub.test/k8s/pause:3.10.1"),
    );
  });

  void test("is told with a doubt where a patch release may have brought another etcd", () => {
    assert.equal(kubeadmImages("1.34.1").doubt, undefined);
    assert.match(kubeadmImages("1.34.9").doubt ?? "", /kubeadm config images list .*v1\.34\.9/);
    assert.match(kubeadmImages("1.99.0").doubt ?? "", /are not known/);
  });
});

void describe("a cluster that is its own mirror", () => {
  const own = swarm(
    `{ mirror: "registry.test:5000/hub", ingress: {}, registry: ${registries.volume} }`,
  );

  void test("keeps what it runs itself", () => {
    assert.ok(mirroredNames(own).has("hub/traefik:v3.6.0"));
    assert.equal(mirroredNames(swarm("{ mirror: hub.test, ingress: {} }")).size, 0);
  });

  void test("is written to by its port for pushes", () => {
    const hosts = { pull: "registry.test:5000", push: "registry.test:5001" };
    const copies = planned(catalogue(own).images, "old.test/", hosts);
    assert.deepEqual(
      copies.find(({ source }) => source === "old.test/haproxy:2.6.12"),
      {
        source: "old.test/haproxy:2.6.12",
        target: "registry.test:5000/hub/haproxy:2.6.12",
        destination: "registry.test:5001/hub/haproxy:2.6.12",
      },
    );
  });

  void test("is refused where there is no mirror to copy to", () => {
    assert.throws(
      () => planned(catalogue(swarm("{ ingress: {} }")).images, undefined, undefined),
      /platform\.mirror/,
    );
  });
});

void test("several clusters' images are listed once, two mirrors' twice", () => {
  const one = catalogue(swarm("{ mirror: a.test, ingress: {} }")).images;
  const two = catalogue(swarm("{ mirror: a.test, scheduler: {} }")).images;
  const three = catalogue(swarm("{ mirror: b.test, scheduler: {} }")).images;
  const all = merged([one, two, three]);
  assert.deepEqual(
    all.map(({ target, parts }) => `${target} ${parts.join("+")}`),
    [
      "a.test/crazymax/swarm-cronjob:1.14.0 scheduler",
      "a.test/haproxy:2.6.12 ingress+scheduler",
      "a.test/traefik:v3.6.0 ingress",
      "b.test/crazymax/swarm-cronjob:1.14.0 scheduler",
      "b.test/haproxy:2.6.12 scheduler",
    ],
  );
});
