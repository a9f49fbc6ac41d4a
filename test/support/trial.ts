import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { KubernetesCluster } from "./kubernetesCluster";

const namespace = "trial";
const inTrial = `--namespace=${namespace}`;
/** Time for pods to be there, as kubectl takes it. */
const patience = "--timeout=180s";

interface Items<T> {
  readonly items: readonly T[];
}

interface Pod {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly nodeName: string };
  readonly status: {
    readonly containerStatuses?: readonly {
      readonly state: { readonly terminated?: { exitCode: number; reason: string } };
    }[];
  };
}

/** That a pod on one machine has reached one on another, or on its own. */
export interface Conversation {
  readonly from: string;
  readonly to: string;
}

const metadata = (name: string) => ({ name, namespace });

function workload(kind: string, name: string, spec: object, pod: object): object {
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: metadata(name),
    spec: {
      ...spec,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: pod },
    },
  };
}

/** Plain Kubernetes objects by which a cluster shows what it can do, put there as an operator would. */
export class Trial {
  constructor(
    private readonly cluster: KubernetesCluster,
    private readonly registry: string,
  ) {}

  /** Two pods that answer, on different nodes behind a Service, and on each worker one that asks them by name. */
  async deploy(): Promise<void> {
    const node = { name: "NODE", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } };
    const container = (command: string, port: number, env: readonly object[] = []) => ({
      name: command,
      image: `${this.registry}/hello:1.0.0`,
      args: [command],
      env: [node, ...env],
      readinessProbe: { httpGet: { path: "/", port }, periodSeconds: 1 },
    });
    const apart = {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          {
            topologyKey: "kubernetes.io/hostname",
            labelSelector: { matchLabels: { app: "api" } },
          },
        ],
      },
    };
    await this.cluster.apply(
      { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
      workload(
        "Deployment",
        "api",
        // Two workers: a new one can only come where an old one has gone.
        { replicas: 2, strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } },
        { affinity: apart, containers: [container("api", 8081)] },
      ),
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: metadata("api"),
        spec: { selector: { app: "api" }, ports: [{ port: 8081 }] },
      },
      workload(
        "DaemonSet",
        "web",
        {},
        {
          containers: [
            container("web", 8080, [
              { name: "API_URL", value: `http://api.${namespace}.svc.cluster.local:8081/` },
            ]),
          ],
        },
      ),
    );
    await this.ready();
  }

  private async ready(): Promise<void> {
    for (const name of ["deployment/api", "daemonset/web"])
      await this.cluster.kubectl("rollout", "status", name, inTrial, patience);
  }

  /** Asks the pod of each worker until every pod behind the Service has answered it, or 40 times. */
  async conversations(): Promise<Conversation[]> {
    await this.ready();
    const { items } = await this.cluster.get<Items<Pod>>("pods", inTrial, "--selector=app=web");
    const found: Conversation[] = [];
    for (const { metadata: pod, spec } of items) {
      const reached = new Set<string>();
      for (let n = 0; n < 40 && reached.size < items.length; n++) {
        const answer = JSON.parse(
          await this.cluster.kubectl(
            "get",
            "--raw",
            `/api/v1/namespaces/${namespace}/pods/${pod.name}:8080/proxy/`,
          ),
        ) as { readonly api: { readonly node: string } };
        reached.add(answer.api.node);
      }
      for (const to of reached) found.push({ from: spec.nodeName, to });
    }
    assert.ok(found.length > 0);
    return found;
  }

  /** Nodes that the metrics API has measured; it takes a minute until it has. */
  async measuredNodes(): Promise<string[]> {
    return this.measured("/apis/metrics.k8s.io/v1beta1/nodes", 3);
  }

  /** Pods that the metrics API has measured. */
  async measuredPods(): Promise<string[]> {
    return this.measured(`/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`, 4);
  }

  private async measured(path: string, wanted: number): Promise<string[]> {
    const until = Date.now() + 120_000;
    for (;;) {
      const { items } = JSON.parse(await this.cluster.kubectl("get", "--raw", path)) as Items<Pod>;
      const names = items.map(({ metadata: { name } }) => name);
      if (names.length >= wanted || Date.now() > until) return names;
      await pause(2000);
    }
  }

  /** How a container ends that takes ever more memory than its limit of 32 MiB. */
  async eatMemory(): Promise<object | undefined> {
    await this.cluster.apply({
      apiVersion: "v1",
      kind: "Pod",
      metadata: metadata("glutton"),
      spec: {
        restartPolicy: "Never",
        containers: [
          {
            name: "glutton",
            image: `${this.registry}/busybox:1.35.0`,
            command: ["tail", "/dev/zero"],
            resources: { limits: { memory: "32Mi" } },
          },
        ],
      },
    });
    const failed = "--for=jsonpath={.status.phase}=Failed";
    await this.cluster.kubectl("wait", "pod/glutton", inTrial, failed, patience);
    const { status } = await this.cluster.get<Pod>("pod/glutton", inTrial);
    await this.cluster.kubectl("delete", "pod/glutton", inTrial);
    const { exitCode, reason } = status.containerStatuses?.[0]?.state.terminated ?? {};
    return { exitCode, reason };
  }

  /** Makes a pod write to a volume on a machine. Answers the volume's name. */
  async store(machine: string): Promise<string> {
    await this.cluster.apply(
      {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: metadata("data"),
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "10Mi" } } },
      },
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata: metadata("writer"),
        spec: {
          nodeSelector: { "slipway.machine": machine },
          containers: [
            {
              name: "writer",
              image: `${this.registry}/busybox:1.35.0`,
              command: ["sh", "-c", "echo kept > /data/file; exec tail -f /dev/null"],
              volumeMounts: [{ name: "data", mountPath: "/data" }],
            },
          ],
          volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
        },
      },
    );
    await this.cluster.kubectl("wait", "pod/writer", inTrial, "--for=condition=Ready", patience);
    return (
      await this.cluster.kubectl("get", "pvc/data", inTrial, "--output=jsonpath={.spec.volumeName}")
    ).trim();
  }

  /** Gives a volume up, for good, as docs/kubernetes.md says. */
  async discard(volume: string): Promise<void> {
    const patch = JSON.stringify({ spec: { persistentVolumeReclaimPolicy: "Delete" } });
    await this.cluster.kubectl("patch", "pv", volume, "--patch", patch);
    await this.cluster.kubectl("delete", "pod/writer", inTrial, "--grace-period=1");
    await this.cluster.kubectl("delete", "pvc/data", inTrial, "--wait=false");
    await this.cluster.kubectl("wait", `pv/${volume}`, "--for=delete", patience);
  }
}
