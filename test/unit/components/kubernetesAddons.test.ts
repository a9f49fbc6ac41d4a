import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { parse } from "yaml";
import { deployer } from "../../../components/kubernetes/addons/deployer";
import { flannel } from "../../../components/kubernetes/addons/flannel";
import { localPath } from "../../../components/kubernetes/addons/localPath";
import { metricsServer } from "../../../components/kubernetes/addons/metricsServer";
import { networkPolicy } from "../../../components/kubernetes/addons/networkPolicy";
import { vsphereCsi } from "../../../components/kubernetes/addons/vsphereCsi";
import { kubernetesImages } from "../../../components/kubernetes/images";
import type { Manifest } from "../../../components/kubernetes/object";
import { inStages, unawaited, type Objects } from "../../../components/kubernetes/objects";
import { assertGolden } from "../spec/golden";

const sources = { images: "registry.test/registry.k8s.io", mirror: "registry.test/hub" };
const addons: Readonly<Record<string, Objects>> = {
  deployer: deployer(["slipway-ingress", "local-path-storage"]),
  flannel: flannel({ podRange: "10.244.0.0/16" }, sources),
  "local-path": localPath(sources),
  "metrics-server": metricsServer(sources),
  "network-policy": networkPolicy({ serviceRange: "10.96.0.0/16" }, sources),
  "vsphere-csi": vsphereCsi(
    {
      config: "vsphere-csi-config-0123456789",
      configData: "c2VjcmV0",
      controlPlanes: 3,
      storagePolicy: "gold",
      datastoreUrl: "ds:///vmfs/volumes/5f0a1b2c-1234abcd/",
    },
    sources,
  ),
};

interface Container {
  readonly name: string;
  readonly image: string;
  readonly resources?: {
    readonly requests?: { readonly cpu?: string; readonly memory?: string };
    readonly limits?: { readonly memory?: string };
  };
  readonly securityContext?: {
    readonly privileged?: boolean;
    readonly allowPrivilegeEscalation?: boolean;
    readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
  };
}

interface PodSpec {
  readonly containers: readonly Container[];
  readonly serviceAccountName?: string;
}

/** Pods of a set of objects, those that a ConfigMap has as a file included. */
function pods(objects: Objects): PodSpec[] {
  return Object.values(objects).flatMap((one) => {
    const { spec, data } = one as { spec?: { template?: { spec: PodSpec } } } & {
      data?: Record<string, string>;
    };
    const helper = data?.["helperPod.yaml"];
    if (helper !== undefined) return [(parse(helper) as { spec: PodSpec }).spec];
    return spec?.template === undefined ? [] : [spec.template.spec];
  });
}

const containers = Object.entries(addons).flatMap(([addon, objects]) =>
  pods(objects).flatMap((pod) =>
    pod.containers.map((container) => ({ addon, name: `${addon}: ${container.name}`, container })),
  ),
);

describe("objects of the cluster's own parts", () => {
  for (const [name, objects] of Object.entries(addons)) {
    test(name, () => {
      const file = path.join(__dirname, "../../fixtures/kubernetes-addons", `${name}.json`);
      assertGolden(file, `${JSON.stringify(objects, null, 2)}\n`);
    });
  }

  test("have names of their own, each in its namespace", () => {
    const seen = new Set<string>();
    for (const { apiVersion, kind, metadata } of Object.values(addons).flatMap((one) =>
      Object.values(one),
    )) {
      const identity = [apiVersion, kind, metadata.namespace, metadata.name].join(" ");
      assert.ok(!seen.has(identity), identity);
      seen.add(identity);
    }
  });

  test("select their pods by labels that the pods have", () => {
    for (const one of Object.values(addons).flatMap((one) => Object.values(one)) as (Manifest & {
      spec?: {
        selector?: { matchLabels: Record<string, string> };
        template?: { metadata: { labels: Record<string, string> } };
      };
    })[]) {
      if (one.spec?.template === undefined) continue;
      for (const [label, value] of Object.entries(one.spec.selector?.matchLabels ?? {}))
        assert.equal(one.spec.template.metadata.labels[label], value, one.metadata.name);
    }
  });

  test("bind roles and service accounts that are there", () => {
    const builtIn = ["system:auth-delegator", "extension-apiserver-authentication-reader"];
    for (const [addon, objects] of Object.entries(addons)) {
      const all = Object.values(objects);
      const has = (kind: string, name: string, namespace?: string) =>
        all.some(
          ({ kind: k, metadata }) =>
            k === kind && metadata.name === name && metadata.namespace === namespace,
        );
      for (const one of all.filter(({ kind }) => kind.endsWith("Binding"))) {
        if (!("roleRef" in one)) continue;
        const { roleRef, subjects } = one as unknown as {
          roleRef: { kind: string; name: string };
          subjects: { kind: string; name: string; namespace?: string }[];
        };
        const namespace = roleRef.kind === "Role" ? one.metadata.namespace : undefined;
        assert.ok(
          builtIn.includes(roleRef.name) || has(roleRef.kind, roleRef.name, namespace),
          `${addon}: role ${roleRef.name}`,
        );
        for (const { kind, name, namespace: of } of subjects)
          assert.ok(kind === "Group" || has(kind, name, of), `${addon}: ${kind} ${name}`);
      }
      for (const { serviceAccountName: account } of pods(objects))
        assert.ok(
          account === undefined ||
            all.some((o) => o.kind === "ServiceAccount" && o.metadata.name === account),
          `${addon}: pods of ${account ?? ""}`,
        );
    }
  });
});

describe("containers of the cluster's own parts", () => {
  /** Mounts volumes for the host, which the kernel and Kubernetes let nothing else do. */
  const mountsForTheHost = "vsphere-csi: vsphere-csi-node";

  test("only one of them is the host's master", () => {
    const masters = containers.filter(({ container }) => container.securityContext?.privileged);
    assert.deepEqual(
      masters.map(({ name }) => name),
      [mountsForTheHost],
    );
  });

  for (const { name, container } of containers) {
    if (name === mountsForTheHost) continue;
    test(`${name} says what it needs, and has no right that it does not`, () => {
      const { resources, securityContext } = container;
      assert.ok(resources?.requests?.cpu && resources.requests.memory && resources.limits?.memory);
      assert.notEqual(securityContext?.privileged, true);
      assert.equal(securityContext?.allowPrivilegeEscalation, false);
      assert.deepEqual(securityContext.capabilities?.drop, ["ALL"]);
    });
  }

  test("only flannel and what enforces policies have rights at all, and only those of networks", () => {
    const rights = containers.filter(
      ({ container }) => container.securityContext?.capabilities?.add,
    );
    assert.deepEqual(
      rights.map(({ addon, container }) => [addon, container.securityContext?.capabilities?.add]),
      [
        ["flannel", ["NET_ADMIN", "NET_RAW"]],
        ["network-policy", ["NET_ADMIN", "NET_RAW"]],
      ],
    );
  });

  test("come from the catalogue, under the mirrors of the site", () => {
    const pinned = Object.values(kubernetesImages).flatMap((image) => [
      `registry.test/hub/${image}`,
      image.replace("registry.k8s.io", sources.images),
    ]);
    for (const { name, container } of containers)
      assert.ok(pinned.includes(container.image), `${name}: ${container.image}`);
  });

  test("come from upstream where the site has no mirror", () => {
    const [pod] = pods(flannel({ podRange: "10.244.0.0/16" }, { images: "registry.k8s.io" }));
    assert.equal(pod?.containers[0]?.image, kubernetesImages.flannel);
    const [server] = pods(metricsServer({ images: "registry.k8s.io" }));
    assert.equal(server?.containers[0]?.image, kubernetesImages.metricsServer);
  });
});

describe("the order of objects", () => {
  const kinds = (objects: Objects) =>
    inStages(objects).map((group) => [...new Set(group.map(([, { kind }]) => kind))].sort());

  test("is namespace, what pods need, pods, and last the API that they serve", () => {
    assert.deepEqual(kinds(addons.flannel ?? {}), [
      ["Namespace"],
      ["ClusterRole", "ClusterRoleBinding", "ConfigMap", "ServiceAccount"],
      ["DaemonSet"],
    ]);
    assert.deepEqual(kinds(addons["metrics-server"] ?? {}).slice(1), [
      ["Deployment"],
      ["APIService"],
    ]);
  });

  test("another configuration is another ConfigMap, so that pods are made anew", () => {
    const name = (podRange: string) => flannel({ podRange }, sources).settings?.metadata.name ?? "";
    assert.notEqual(name("10.244.0.0/16"), name("10.245.0.0/16"));
    assert.equal(name("10.244.0.0/16"), name("10.244.0.0/16"));
  });

  test("without a pod network nobody waits for what has pods, and for the rest as ever", () => {
    const waited = Object.values(unawaited(addons["local-path"] ?? {}))
      .filter(({ metadata }) => metadata.annotations?.["pulumi.com/skipAwait"] === "true")
      .map(({ kind }) => kind);
    assert.deepEqual(waited, ["Deployment"]);
  });
});

describe("those who deploy", () => {
  interface Rule {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
  }
  const rules = (addons.deployer?.role as unknown as { rules: readonly Rule[] }).rules;
  const verbsOf = (group: string, resource: string) =>
    rules
      .filter(
        ({ apiGroups, resources }) => apiGroups.includes(group) && resources.includes(resource),
      )
      .flatMap(({ verbs }) => verbs);

  test("may make everything that applications consist of", () => {
    for (const [group, resource] of [
      ["", "namespaces"],
      ["", "configmaps"],
      ["", "secrets"],
      ["", "services"],
      ["", "persistentvolumeclaims"],
      ["apps", "deployments"],
      ["apps", "statefulsets"],
      ["apps", "daemonsets"],
      ["batch", "jobs"],
      ["batch", "cronjobs"],
      ["autoscaling", "horizontalpodautoscalers"],
      ["policy", "poddisruptionbudgets"],
      ["networking.k8s.io", "ingresses"],
      ["networking.k8s.io", "networkpolicies"],
    ] as const)
      for (const verb of ["get", "list", "watch", "create", "patch", "delete"])
        assert.ok(verbsOf(group, resource).includes(verb), `${verb} ${resource}`);
  });

  test("only read nodes, and have no part in roles, admission or wildcards", () => {
    assert.deepEqual(verbsOf("", "nodes"), ["get", "list", "watch"]);
    for (const { apiGroups, resources, verbs } of rules) {
      const text = [...apiGroups, ...resources, ...verbs].join(" ");
      assert.doesNotMatch(text, /\*|rbac|admission|escalate|bind|impersonate|exec|certificates/);
    }
  });

  test("change nothing in namespaces of the cluster", () => {
    const { spec } = addons.deployer?.policy as unknown as {
      spec: { validations: { expression: string }[]; failurePolicy: string };
    };
    assert.equal(spec.failurePolicy, "Fail");
    assert.match(
      spec.validations[0]?.expression ?? "",
      /\['local-path-storage', 'slipway-ingress'\]/,
    );
  });
});
