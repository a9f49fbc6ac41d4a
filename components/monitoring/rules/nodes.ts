import { jobs } from "../names";
import type { Alert } from "./rule";

/** What is mounted for a moment, or can only be read, is nobody's disk. */
export const disks = `job="${jobs.node}",fstype!~"ramfs|squashfs|iso9660|nsfs"`;
/** File systems that are written to. */
export const writable = `node_filesystem_readonly{${disks}} == 0`;
/** Share of file systems that is free. */
export const free = `node_filesystem_avail_bytes{${disks}} / node_filesystem_size_bytes{${disks}}`;

/** Share of memory that can still be had. */
export const freeMemory = `node_memory_MemAvailable_bytes{job="${jobs.node}"} / node_memory_MemTotal_bytes{job="${jobs.node}"}`;

/** Machines: there, with room and memory, and of one time. */
export const nodeAlerts: readonly Alert[] = [
  {
    name: "NodeDown",
    severity: "critical",
    expr: `slipway_node_info{state!="ready"} == 1`,
    for: "1m",
    summary: "Node {{ $labels.node }} is down",
    description:
      "The cluster has not heard of {{ $labels.node }} for more than a minute: its state is {{ $labels.state }}. What ran there runs elsewhere, but for what is bound to it.",
  },
  {
    name: "DiskFilling",
    severity: "warning",
    expr: `(${free} < 0.4) and (predict_linear(node_filesystem_avail_bytes{${disks}}[6h], 24 * 3600) < 0) and (${writable})`,
    for: "1h",
    summary: "{{ $labels.mountpoint }} on {{ $labels.node }} will be full within a day",
    description:
      "{{ $value | humanizePercentage }} of {{ $labels.mountpoint }} ({{ $labels.device }}) is free, and at the pace of the last six hours nothing is in a day.",
  },
  {
    name: "DiskAlmostFull",
    severity: "critical",
    expr: `(${free} < 0.05) and (${writable})`,
    for: "2m",
    summary: "{{ $labels.mountpoint }} on {{ $labels.node }} is almost full",
    description:
      "{{ $value | humanizePercentage }} of {{ $labels.mountpoint }} ({{ $labels.device }}) is free.",
  },
  {
    name: "InodesAlmostUsed",
    severity: "warning",
    expr: `(node_filesystem_files_free{${disks}} / (node_filesystem_files{${disks}} > 0) < 0.05) and (${writable})`,
    for: "15m",
    summary: "{{ $labels.mountpoint }} on {{ $labels.node }} can hold few more files",
    description:
      "{{ $value | humanizePercentage }} of the inodes of {{ $labels.mountpoint }} are free: there is room, and no file can be made.",
  },
  {
    name: "MemoryPressure",
    severity: "warning",
    expr: `${freeMemory} < 0.08`,
    for: "10m",
    summary: "Node {{ $labels.node }} is short of memory",
    description:
      "{{ $value | humanizePercentage }} of the memory of {{ $labels.node }} can still be had; at none the kernel ends processes.",
  },
  {
    name: "ClockSkew",
    severity: "critical",
    expr: `abs(node_time_seconds{job="${jobs.node}"} - timestamp(node_time_seconds{job="${jobs.node}"})) > 2`,
    for: "3m",
    summary: "The clock of {{ $labels.node }} is off",
    description:
      "It differs by {{ $value | humanizeDuration }} from the clock of the node that Prometheus runs on: certificates, tokens and the order of logs depend on it.",
  },
  {
    name: "ClockNotSynchronised",
    severity: "warning",
    expr: `min_over_time(node_timex_sync_status{job="${jobs.node}"}[10m]) == 0 and node_timex_maxerror_seconds{job="${jobs.node}"} >= 16`,
    for: "10m",
    summary: "The clock of {{ $labels.node }} follows no time server",
    description: "Nobody corrects it: sooner or later it is off.",
  },
];
