import { ports, textfileFolder } from "./names";

/** Where node-exporter sees the machine. */
export const hostRoot = "/host";

/**
 * What is measured of a machine. Nothing of its network: node-exporter sees only its own container's, and what it would have
 * to be given for more is a port of its own on every machine. cAdvisor tells what goes through a machine.
 */
const collectors = [
  "cpu",
  "diskstats",
  "filefd",
  "filesystem",
  "loadavg",
  "mdadm",
  "meminfo",
  "pressure",
  "stat",
  "textfile",
  "time",
  "timex",
  "uname",
  "vmstat",
];

/** Mounts of containers come and go, and are told by their own disks. */
const mountsOfContainers =
  "^/(dev|proc|sys|run/(credentials|docker|containerd|netns)|var/lib/(docker|containerd|containers)/.+|var/lib/kubelet/.+)($|/)";

/** node-exporter's arguments. */
export const nodeExporterArguments: readonly string[] = [
  `--web.listen-address=:${ports.nodeExporter}`,
  `--path.rootfs=${hostRoot}`,
  `--path.procfs=${hostRoot}/proc`,
  `--path.sysfs=${hostRoot}/sys`,
  "--collector.disable-defaults",
  ...collectors.map((collector) => `--collector.${collector}`),
  `--collector.filesystem.mount-points-exclude=${mountsOfContainers}`,
  `--collector.textfile.directory=${hostRoot}${textfileFolder}`,
];
