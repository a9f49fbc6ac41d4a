import { namespace, parts } from "../../components/monitoring/kubernetes/names";
import { services } from "../../components/monitoring/swarm/names";
import type { MonitoringSpec } from "../../components/spec";
import { ControlPlanes } from "../../provider/kubernetes/controlPlanes";
import { inServiceContainer } from "../../provider/swarm/serviceContainer";
import type { ClusterAccess } from "../access";
import { failed } from "../exit";
import { ClusterHosts } from "../hosts";

export type MonitoringProgram = "prometheus" | "alertmanager";

/** Runs a command in the container of one of monitoring's programs. @returns what it prints */
export type InContainer = (
  program: MonitoringProgram,
  command: readonly string[],
) => Promise<string>;

export interface MonitoringContainers {
  readonly run: InContainer;
  close(): Promise<void>;
}

/**
 * How a cluster's Prometheus and Alertmanager are asked: by their own tools, in their containers. Neither listens outside
 * of the cluster, and on Kubernetes a NetworkPolicy keeps even the API server's proxy away from them; so the way leads
 * over SSH, as for all that is done to a cluster's machines.
 *
 * @param monitoring of the cluster's `cluster.yml`, with a Prometheus of its own
 */
export function openMonitoring(
  access: ClusterAccess,
  monitoring: MonitoringSpec,
  signal: AbortSignal,
): MonitoringContainers {
  const quiet = { say: () => undefined, progress: () => undefined };
  const hosts = ClusterHosts.open(access, quiet, signal);
  const run =
    access.spec.orchestrator === "swarm"
      ? inSwarm(hosts, monitoring.storage?.node)
      : inKubernetes(hosts);
  return { run, close: () => hosts.close() };
}

/** Both have their volumes on one machine, and run there. */
function inSwarm(hosts: ClusterHosts, machine: string | undefined): InContainer {
  if (machine === undefined)
    throw failed("cluster.yml does not say on which machine monitoring is (storage.node)");
  const connection = hosts.context.connect({ machine });
  // Whoever asks first is told; the others need not be.
  connection.catch(() => undefined);
  return async (program, command) =>
    (await connection).must(`asking ${program}`, inServiceContainer(services[program], command));
}

function inKubernetes(hosts: ClusterHosts): InContainer {
  const controlPlanes = new ControlPlanes(hosts.context);
  const first = controlPlanes.one();
  first.catch(() => undefined);
  return async (program, command) =>
    (await first).kubectl.run(`asking ${program}`, [
      "exec",
      `--namespace=${namespace}`,
      `statefulset/${parts[program]}`,
      "--",
      ...command,
    ]);
}
