import { disks } from "../../monitoring/rules/nodes";
import type { Dashboard, Panel, Row } from "./dashboard";
import type { DashboardSettings } from "./index";
import {
  alerts,
  number,
  of,
  ofServices,
  perSecond,
  plot,
  query,
  releases,
  selected,
} from "./panels";

const onNode = 'node="$node"';
const own = [of("node"), onNode] as const;
const onDisks = `${disks},${onNode}`;

const now: Row = {
  title: "Now",
  panels: [
    number("Up for", `time() - ${selected("node_boot_time_seconds", ...own)}`, {
      description: "Time since the machine was started.",
      unit: "s",
    }),
    number("CPUs", `count(count by (cpu) (${selected("node_cpu_seconds_total", ...own)}))`, {
      description: "CPUs of the machine.",
      unit: "none",
    }),
    number("Memory", selected("node_memory_MemTotal_bytes", ...own), {
      description: "Memory of the machine.",
      unit: "bytes",
    }),
    number(
      "Clock",
      `${selected("node_time_seconds", ...own)} - timestamp(${selected("node_time_seconds", ...own)})`,
      {
        description:
          "How far its clock is before that of Prometheus' machine; an alert comes from two seconds on.",
        unit: "s",
      },
    ),
    number(
      "Open files",
      `${selected("node_filefd_allocated", ...own)} / ${selected("node_filefd_maximum", ...own)}`,
      {
        description: "Share of the open files that the kernel allows.",
        unit: "percentunit",
        limits: { critical: 0.9 },
      },
    ),
    number("Killed for memory", `increase(${selected("node_vmstat_oom_kill", ...own)}[$__range])`, {
      description:
        "Processes that the kernel has ended for want of memory, in the time that is shown.",
      unit: "none",
      limits: { critical: 1 },
    }),
  ],
};

const machine: Row = {
  title: "CPU and memory",
  panels: [
    plot(
      "CPU",
      [
        query(
          `avg by (mode) (${perSecond("node_cpu_seconds_total", ...own, 'mode!="idle"')})`,
          "{{mode}}",
        ),
      ],
      {
        description: "What the machine's CPUs do, as a share of all of them.",
        unit: "percentunit",
        max: 1,
        stacked: true,
      },
    ),
    plot(
      "Load",
      [1, 5, 15].map((minutes) =>
        query(selected(`node_load${minutes}`, ...own), `${minutes} minutes`),
      ),
      { description: "Processes that run, or wait for a CPU or a disk.", unit: "short" },
    ),
    plot(
      "Memory",
      [
        query(
          `${selected("node_memory_MemTotal_bytes", ...own)} - ${selected("node_memory_MemAvailable_bytes", ...own)}`,
          "in use",
        ),
        query(
          `${selected("node_memory_MemAvailable_bytes", ...own)} - ${selected("node_memory_MemFree_bytes", ...own)}`,
          "can be freed",
        ),
        query(selected("node_memory_MemFree_bytes", ...own), "free"),
      ],
      {
        description:
          "Memory that is in use, that the kernel can free when somebody wants it, and that is free.",
        unit: "bytes",
        stacked: true,
      },
    ),
    plot(
      "Pressure",
      ["cpu", "io", "memory"].map((resource) =>
        query(perSecond(`node_pressure_${resource}_waiting_seconds_total`, ...own), resource),
      ),
      {
        description: "Share of the time in which some process had to wait for it.",
        unit: "percentunit",
        max: 1,
        mayBeEmpty: "the kernel does not measure pressure",
      },
    ),
  ],
};

const storage: Row = {
  title: "Disks",
  panels: [
    plot(
      "Room used",
      [
        query(
          `1 - node_filesystem_avail_bytes{${onDisks}} / node_filesystem_size_bytes{${onDisks}}`,
          "{{mountpoint}}",
        ),
      ],
      {
        description: "Share of each file system that is used; an alert comes from 95 % on.",
        unit: "percentunit",
        max: 1,
        limits: { critical: 0.95 },
      },
    ),
    plot(
      "Inodes used",
      [
        query(
          `1 - node_filesystem_files_free{${onDisks}} / (node_filesystem_files{${onDisks}} > 0)`,
          "{{mountpoint}}",
        ),
      ],
      {
        description: "Share of the files that each file system can hold.",
        unit: "percentunit",
        max: 1,
        limits: { critical: 0.95 },
      },
    ),
    plot(
      "Read and written",
      [
        query(perSecond("node_disk_read_bytes_total", ...own), "{{device}} read"),
        query(`-${perSecond("node_disk_written_bytes_total", ...own)}`, "{{device}} written"),
      ],
      { description: "What is read from each disk, and below zero what is written.", unit: "Bps" },
    ),
    plot("Busy", [query(perSecond("node_disk_io_time_seconds_total", ...own), "{{device}}")], {
      description: "Share of the time in which each disk had something to do.",
      unit: "percentunit",
    }),
  ],
};

const containers: readonly Panel[] = [
  plot(
    "CPU by service",
    [
      query(
        `sum by (service) (${perSecond("container_cpu_usage_seconds_total", ...ofServices, onNode)})`,
        "{{service}}",
      ),
    ],
    {
      description: "CPUs that the containers of each service use here.",
      unit: "short",
      stacked: true,
    },
  ),
  plot(
    "Memory by service",
    [
      query(
        `sum by (service) (${selected("container_memory_working_set_bytes", ...ofServices, onNode)})`,
        "{{service}}",
      ),
    ],
    {
      description: "Memory of the containers of each service here that the kernel can't take back.",
      unit: "bytes",
      stacked: true,
    },
  ),
];

/** What runs containers says how many there are. */
const runtime: Readonly<Record<DashboardSettings["orchestrator"], Panel>> = {
  swarm: plot(
    "Containers",
    [
      query(
        selected("engine_daemon_container_states_containers", of("engine"), onNode),
        "{{state}}",
      ),
    ],
    { description: "Containers that the engine has, by state.", unit: "none", stacked: true },
  ),
  kubernetes: plot(
    "Pods",
    [query(selected("kubelet_running_pods", of("kubelet"), onNode), "running")],
    { description: "Pods that the kubelet runs.", unit: "none" },
  ),
};

/** One machine: what it has, what of it is used, and by whom. */
export function nodeDashboard({ orchestrator }: DashboardSettings): Dashboard {
  return {
    uid: "slipway-node",
    title: "Node",
    description: "One machine: what it has, what of it is used, and by whom.",
    variables: [{ name: "node", label: "Node", of: { metric: "node_uname_info", label: "node" } }],
    annotations: [releases(), alerts(onNode)],
    rows: [
      now,
      machine,
      storage,
      { title: "Containers", panels: [...containers, runtime[orchestrator]] },
    ],
  };
}
