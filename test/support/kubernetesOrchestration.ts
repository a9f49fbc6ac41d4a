import assert from "node:assert/strict";
import type { KubernetesCluster } from "./kubernetesCluster";
import type { Orchestration } from "./orchestration";
import type { Site } from "./site";

interface Workload {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly replicas?: number;
    readonly template: { readonly spec: { readonly containers: readonly { image: string }[] } };
  };
}

/** Time for pods to move, or to come back, as kubectl takes it. */
const patience = "--timeout=180s";

export class KubernetesOrchestration implements Orchestration {
  constructor(readonly cluster: KubernetesCluster) {}

  async images(application: string): Promise<Record<string, string>> {
    return Object.fromEntries(
      (await this.workloads(application)).map(({ metadata, spec }) => [
        metadata.name,
        spec.template.spec.containers[0]?.image ?? "",
      ]),
    );
  }

  async secrets(application: string): Promise<readonly string[]> {
    const { items } = await this.cluster.get<{ items: readonly Workload[] }>(
      "secrets",
      `--namespace=${application}`,
    );
    return items.map(({ metadata }) => `${application}_${metadata.name}`);
  }

  async drain(machine: string): Promise<void> {
    const node = this.nodeOf(machine);
    await this.cluster.kubectl(
      "drain",
      node,
      "--ignore-daemonsets",
      "--delete-emptydir-data",
      patience,
    );
    const namespaces = await this.cluster.kubectl("get", "deployments", "-A", "-o=name");
    assert.notEqual(namespaces, "");
    await this.cluster.kubectl(
      "wait",
      "--for=condition=Available",
      "deployment",
      "--all",
      "--all-namespaces",
      patience,
    );
  }

  async admit(machine: string): Promise<void> {
    await this.cluster.kubectl("uncordon", this.nodeOf(machine));
  }

  async scale(application: string, service: string, replicas: number): Promise<void> {
    await this.cluster.kubectl(
      "scale",
      `deployment/${service}`,
      `--namespace=${application}`,
      `--replicas=${replicas}`,
    );
  }

  async replicas(application: string, service: string): Promise<number> {
    const workloads = await this.workloads(application);
    return workloads.find(({ metadata }) => metadata.name === service)?.spec.replicas ?? 0;
  }

  /** A refresh does: Pulumi's Kubernetes plugin compares with its state in a preview. */
  async expectShown(site: Site): Promise<void> {
    const { output } = await site.must(
      "refresh",
      "--preview-only",
      "--diff",
      "--non-interactive",
      "--stack",
      site.stack,
    );
    assert.match(output, new RegExp(`${site.stack}-deployment-api`));
    assert.match(output, /replicas/);
  }

  private nodeOf(machine: string): string {
    return `${this.cluster.name}-${machine}-g1`;
  }

  private async workloads(application: string): Promise<readonly Workload[]> {
    const { items } = await this.cluster.get<{ items: readonly Workload[] }>(
      "deployments,statefulsets,daemonsets",
      `--namespace=${application}`,
    );
    return items;
  }
}
