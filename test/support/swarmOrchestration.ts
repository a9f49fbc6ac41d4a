import assert from "node:assert/strict";
import type { TestCluster } from "./cluster";
import { drain, setAvailability } from "./drain";
import type { Orchestration } from "./orchestration";
import type { Site } from "./site";

interface LiveService {
  Version: { Index: number };
  Spec: { Mode: { Replicated: { Replicas: number } } };
}

export class SwarmOrchestration implements Orchestration {
  constructor(readonly cluster: TestCluster) {}

  async images(application: string): Promise<Record<string, string>> {
    const services = await (await this.cluster.docker()).listServices();
    const prefix = `${application}_`;
    return Object.fromEntries(
      services.flatMap(({ Spec }) => {
        const { Name = "", TaskTemplate } = Spec ?? {};
        const container = (TaskTemplate as { ContainerSpec?: { Image?: string } } | undefined)
          ?.ContainerSpec;
        if (!Name.startsWith(prefix) || Name.includes("_job-")) return [];
        return [[Name.slice(prefix.length), container?.Image ?? ""]];
      }),
    );
  }

  async secrets(application: string): Promise<readonly string[]> {
    const secrets = await (await this.cluster.docker()).listSecrets();
    return secrets
      .map(({ Spec }) => Spec?.Name ?? "")
      .filter((name) => name.startsWith(`${application}_`));
  }

  async drain(machine: string): Promise<void> {
    await drain(await this.cluster.docker(), `${this.cluster.name}-${machine}-g1`);
  }

  async admit(machine: string): Promise<void> {
    const node = `${this.cluster.name}-${machine}-g1`;
    await setAvailability(await this.cluster.docker(), node, "active");
  }

  async scale(application: string, service: string, replicas: number): Promise<void> {
    const api = (await this.cluster.docker()).getService(`${application}_${service}`);
    const live = (await api.inspect()) as LiveService;
    live.Spec.Mode.Replicated.Replicas = replicas;
    await api.update({ version: live.Version.Index, ...live.Spec });
  }

  async replicas(application: string, service: string): Promise<number> {
    const api = (await this.cluster.docker()).getService(`${application}_${service}`);
    return ((await api.inspect()) as LiveService).Spec.Mode.Replicated.Replicas;
  }

  /** A plain preview does. */
  async expectShown(site: Site): Promise<void> {
    assert.deepEqual(await site.changes(), [`update slipway:index:SwarmService ${site.stack}-api`]);
  }
}
