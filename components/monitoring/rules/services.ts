import type { Orchestrator } from "../../spec";
import { platformOwner } from "../names";
import type { Alert, RecordingRule } from "./rule";

/** Labels by which a service is known. */
const service = "application, service";
const withOwner = `* on (${service}) group_left (owner) slipway:service_owner:info`;

/** What is missing of each service, and whose it is; a service that names no owner is the platform's. */
export const serviceRecords: readonly RecordingRule[] = [
  {
    record: "slipway:service_owner:info",
    expr:
      `max by (${service}, owner) (slipway_service_owner_info) or on (${service}) ` +
      `label_replace(max by (${service}) (slipway_service_desired_tasks * 0 + 1), "owner", "${platformOwner}", "", "")`,
  },
  {
    record: "slipway:service_missing_tasks:count",
    // No series for those that are ready says: none is.
    expr: `slipway_service_desired_tasks - (slipway_service_ready_tasks or slipway_service_desired_tasks * 0)`,
  },
];

const replicas: Alert = {
  name: "ServiceNotAtItsReplicas",
  severity: "warning",
  expr: `(slipway:service_missing_tasks:count > 0) ${withOwner}`,
  for: "5m",
  owner: "series",
  summary: "{{ $labels.application }}/{{ $labels.service }} lacks {{ $value }} of its tasks",
  description:
    "For five minutes fewer tasks of {{ $labels.service }} run and are ready than are asked for.",
};

const info = `slipway_service_version_info{version!=""}`;
const start = "slipway:release:start_timestamp_seconds";

/**
 * Since when an application runs in a version, as its services tell it: what is plotted as its release. The figure stays while
 * some service has the version, and while nobody can say, for half an hour; a version that comes back counts anew.
 */
export const releaseRecord: RecordingRule = {
  record: start,
  expr:
    `(${start} and on (application, version) ${info}) or ` +
    `(${start} unless on (application) ${info} and on (application) last_over_time(${info}[30m])) or ` +
    `max by (application, version) (${info} * 0 + time())`,
};

/**
 * A Swarm keeps the last tasks of each slot that have failed, and makes a new one with each attempt: what is there now and
 * was not five minutes ago has failed meanwhile. A Prometheus that is younger than that can't tell.
 */
const swarmFailures =
  "count by (service_id) (" +
  "(count by (service_id, task) (count_over_time(slipway_task_failed_info[5m]))) " +
  "unless on (task) (slipway_task_failed_info offset 5m)) >= 3 " +
  "and on () (count(slipway_service_desired_tasks offset 5m) > 0)";

const crashLoop: Readonly<Record<Orchestrator, Alert>> = {
  swarm: {
    name: "CrashLoop",
    severity: "critical",
    expr: `((${swarmFailures}) * on (service_id) group_left (${service}) slipway_service_id_info) ${withOwner}`,
    owner: "series",
    summary: "{{ $labels.application }}/{{ $labels.service }} fails again and again",
    description:
      "{{ $value }} of its tasks have failed within five minutes; `docker service ps --no-trunc` says how.",
  },
  kubernetes: {
    name: "CrashLoop",
    severity: "critical",
    expr: `sum by (application, pod) (increase(slipway_pod_backoffs[5m])) > 2`,
    summary: "Pod {{ $labels.application }}/{{ $labels.pod }} can't start, again and again",
    description:
      "A container of it ends soon after its start, or its image can't be had: the kubelet waits longer with each attempt. `kubectl describe pod` says which.",
  },
};

/** Services: as many as are wanted, and alive. */
export function serviceAlerts(orchestrator: Orchestrator): readonly Alert[] {
  return [replicas, crashLoop[orchestrator]];
}
