import { accessOf } from "../../../components/application/kubernetes/kubeconfig";
import { clusterAccess } from "../../access";
import { failed } from "../../exit";
import { firingAlerts } from "../../monitoring/alertmanager";
import { openMonitoring } from "../../monitoring/containers";
import { Prometheus } from "../../monitoring/prometheus";
import type { PulumiStack } from "../../pulumi/stack";
import {
  absent,
  unknown,
  type ApplicationFacts,
  type Asked,
  type ClusterFacts,
  type MemberFacts,
  type Orchestrator,
} from "../facts";
import { asked, reasonOf } from "./asked";
import { certificatesIn } from "./certificates";
import { kubernetesMembers } from "./kubernetes";
import { alertFacts, measures } from "./measures";
import { swarmMembers } from "./swarm";

type Outputs = Readonly<Record<string, unknown>>;

export interface ClusterToAsk {
  readonly stack: PulumiStack;
  readonly orchestrator: Orchestrator;
  readonly version?: string;
  readonly applications: readonly ApplicationFacts[];
}

/** How long each of the sources may take, ms. They are asked side by side. */
export interface Limits {
  readonly members: number;
  readonly monitoring: number;
}

/** Asks a cluster's orchestrator and its monitoring, whichever of them answers. */
export async function clusterFacts(
  { stack, orchestrator, version, applications }: ClusterToAsk,
  at: Date,
  limits: Limits,
): Promise<ClusterFacts> {
  const outputs = stack.outputs(true);
  const [members, monitoring, certificates] = await Promise.all([
    asked(limits.members, async () =>
      membersOf(await outputs, orchestrator, stack.shortName, limits.members),
    ),
    monitoringFacts(stack, at, limits.monitoring),
    outputs.then(certificatesIn, () => []),
  ]);
  return {
    stack: stack.shortName,
    orchestrator,
    ...(version !== undefined && { version }),
    members,
    applications,
    ...monitoring,
    certificates,
  };
}

function membersOf(
  outputs: Outputs,
  orchestrator: Orchestrator,
  stack: string,
  timeoutMs: number,
): Promise<MemberFacts> {
  const text = (output: string): string => {
    const found = outputs[output];
    if (typeof found === "string") return found;
    throw notStoodUp(stack, output);
  };
  if (orchestrator === "kubernetes")
    return kubernetesMembers({ ...accessOf(text("kubeconfig")), timeoutMs });
  const { dockerEndpoints: endpoints } = outputs;
  if (!Array.isArray(endpoints)) throw notStoodUp(stack, "dockerEndpoints");
  const credentials = {
    caCertificate: text("dockerCaCertificate"),
    clientCertificate: text("dockerClientCertificate"),
    clientKey: text("dockerClientKey"),
  };
  return swarmMembers({ endpoints: endpoints.map(String), credentials }, timeoutMs);
}

function notStoodUp(stack: string, output: string) {
  return failed(
    `its Pulumi stack has no output ${output}: run \`pulumi up --stack ${stack}\`, with the secrets provider that it was made with (PULUMI_CONFIG_PASSPHRASE)`,
  );
}

/** What Prometheus and Alertmanager say, each for itself. */
async function monitoringFacts(
  stack: PulumiStack,
  at: Date,
  limitMs: number,
): Promise<Pick<ClusterFacts, "measures" | "alerts">> {
  const both = (answer: Asked<never>) => ({ measures: answer, alerts: answer });
  const access = await clusterAccess(stack).catch((error: unknown) => reasonOf(error));
  if (typeof access === "string") return both(unknown(access));
  const { monitoring } = access.spec.platform;
  if (monitoring === undefined) return both(absent("its cluster.yml has no platform.monitoring"));
  if (monitoring.external !== undefined)
    return both(absent(`the site's own Prometheus has them: ${monitoring.external.url}`));
  const ending = new AbortController();
  try {
    const containers = openMonitoring(access, monitoring, ending.signal);
    try {
      const [metrics, alerts] = await Promise.all([
        asked(limitMs, () => measures(new Prometheus(containers.run), at)),
        asked(limitMs, () => firingAlerts(containers.run)),
      ]);
      return {
        measures: metrics,
        alerts:
          alerts.kind === "known" ? { ...alerts, value: alerts.value.map(alertFacts) } : alerts,
      };
    } finally {
      ending.abort();
      void containers.close().catch(() => undefined);
    }
  } catch (error) {
    return both(unknown(reasonOf(error)));
  }
}
