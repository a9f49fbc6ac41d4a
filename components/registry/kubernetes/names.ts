import { namespace as swarmNamespace } from "../names";

/** Namespace of everything that the registry has on the cluster. */
export const registryNamespace = swarmNamespace.replace("_", "-");

/** What names of workloads begin with, before that of the process. */
export const workloadPrefix = "registry-";

/** Name of the port of each pod at which its metrics are. */
export const metricsPort = "metrics";
