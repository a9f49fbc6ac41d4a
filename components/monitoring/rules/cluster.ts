import type { Orchestrator } from "../../spec";
import { jobs } from "../names";
import type { Alert } from "./rule";

const all = "count(slipway_quorum_member_info)";
const reachable = `(count(slipway_quorum_member_info{state="ready"}) or vector(0))`;

/** Backups are made at least daily; with an hour for one that takes its time. */
const backupAgeHours = 25;

const quorum: Alert = {
  name: "QuorumAtRisk",
  severity: "critical",
  expr: `(${reachable} - 1 < floor(${all} / 2) + 1) and (${all} > 1)`,
  for: "1m",
  summary: "One more loss, and the cluster has no quorum",
  description:
    "So few managers or control planes are reachable that the loss of one more leaves the cluster without a majority: nothing could be deployed, moved or mended. Bring the missing one back first.",
};

/** Fewer days left than these are told. */
export const certificateDays = { warning: 21, critical: 3 } as const;

const certificates: readonly Alert[] = [
  {
    name: "CertificateExpiring",
    severity: "warning",
    expr: `probe_ssl_earliest_cert_expiry - time() < ${certificateDays.warning} * 86400`,
    for: "1m",
    summary: "The certificate of {{ $labels.instance }} ends soon",
    description: "It ends in {{ $value | humanizeDuration }}.",
  },
  {
    name: "CertificateExpiringNow",
    severity: "critical",
    expr: `probe_ssl_earliest_cert_expiry - time() < ${certificateDays.critical} * 86400`,
    for: "1m",
    summary: "The certificate of {{ $labels.instance }} ends within days",
    description:
      "It ends in {{ $value | humanizeDuration }}. From then on nobody gets in without a warning, or at all.",
  },
];

const probes: readonly Alert[] = [
  {
    name: "ProbeFailing",
    severity: "critical",
    expr: `probe_success{job="${jobs.probes}"} == 0`,
    for: "2m",
    summary: "{{ $labels.instance }} does not answer as its users ask for it",
    description:
      "Asked through the ingress from outside, it gives no answer or one that says failure, whatever its own health checks say.",
    owner: "series",
  },
  {
    name: "RegistryDown",
    severity: "critical",
    expr: `up{job="${jobs.registry}"} == 0 or probe_success{job="${jobs.registry}"} == 0`,
    for: "2m",
    summary: "The registry does not answer",
    description:
      "Nothing can be deployed, and a task that moves to another node may not find its image.",
  },
];

const targets: readonly Alert[] = [
  {
    name: "TargetDown",
    severity: "warning",
    // The process for pushes has none while garbage is collected in its place.
    expr: `up{job!="${jobs.registry}",process!="push"} == 0`,
    for: "5m",
    summary: "{{ $labels.job }} on {{ $labels.instance }} gives no metrics",
    description:
      "Prometheus knows of it, and can't read it: whatever happens there, no alert would say so.",
  },
  {
    name: "DiscoveryFailing",
    severity: "warning",
    expr: `sum by (mechanism) (increase(prometheus_sd_refresh_failures_total{job="${jobs.prometheus}"}[10m])) > 5`,
    summary: "Prometheus can't ask the cluster what there is",
    description:
      "{{ $value | humanize }} questions of {{ $labels.mechanism }} have failed within ten minutes: what comes now is not watched.",
  },
  {
    name: "RulesFailing",
    severity: "warning",
    expr: `sum by (rule_group) (increase(prometheus_rule_evaluation_failures_total{job="${jobs.prometheus}"}[10m])) > 0`,
    for: "5m",
    summary: "Rules can't be evaluated",
    description: "Those of {{ $labels.rule_group }} fail, so that their alerts can't come.",
  },
  {
    name: "NotificationsFailing",
    severity: "critical",
    expr: `sum by (integration) (increase(alertmanager_notifications_failed_total{job="${jobs.alertmanager}"}[10m])) > 2`,
    for: "5m",
    summary: "Alerts don't reach their receivers",
    description:
      "{{ $value | humanize }} attempts by {{ $labels.integration }} have failed within ten minutes.",
  },
];

const backup: readonly Alert[] = [
  {
    name: "BackupTooOld",
    severity: "critical",
    expr: `time() - max by (backup) (slipway_backup_last_success_timestamp_seconds) > ${backupAgeHours} * 3600`,
    for: "10m",
    summary: "The newest backup of {{ $labels.backup }} is old",
    description:
      "The last one that succeeded was made {{ $value | humanizeDuration }} ago: what has happened since could not be brought back.",
  },
  {
    name: "BackupMissing",
    severity: "warning",
    expr: `absent(slipway_backup_last_success_timestamp_seconds{backup="etcd"})`,
    for: `${backupAgeHours}h`,
    summary: "There is no backup of etcd",
    description: "For a day no control plane has told of a snapshot that succeeded.",
  },
];

/** What the cluster stands on: quorum, certificates, ways in, registry, backups, monitoring itself. */
export function clusterAlerts(orchestrator: Orchestrator): readonly Alert[] {
  const [age, missing] = backup;
  return [
    quorum,
    ...certificates,
    ...probes,
    ...targets,
    ...(age === undefined ? [] : [age]),
    // A Swarm has no backup of Slipway's; those that the site makes there are watched by their age.
    ...(orchestrator === "kubernetes" && missing !== undefined ? [missing] : []),
  ];
}
