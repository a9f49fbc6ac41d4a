import type { MonitoringSpec } from "../spec";
import { paths, ports } from "./names";

/** Prometheus' arguments. With a Prometheus of the site it only collects, and sends. */
export function prometheusArguments({
  external,
  retention,
}: Pick<MonitoringSpec, "external" | "retention">): readonly string[] {
  const common = [
    `--config.file=${paths.prometheus}`,
    `--web.listen-address=:${ports.prometheus}`,
    "--log.format=json",
  ];
  if (external !== undefined) return [...common, "--agent", `--storage.agent.path=${paths.data}`];
  return [
    ...common,
    `--storage.tsdb.path=${paths.data}`,
    `--storage.tsdb.retention.time=${retention.time}`,
    `--storage.tsdb.retention.size=${retention.size}`,
  ];
}

/** Alertmanager's arguments: there is one, which looks for no others. @param file its configuration */
export function alertmanagerArguments(file: string): readonly string[] {
  return [
    `--config.file=${file}`,
    `--storage.path=${paths.alertmanagerData}`,
    `--web.listen-address=:${ports.alertmanager}`,
    "--cluster.listen-address=",
    "--data.retention=120h",
    "--log.format=json",
  ];
}

/** What Prometheus may use. A machine has some two thousand series, and more with each of its containers. */
export function prometheusNeeds(machines: number): {
  /** MiB. */
  readonly memory: { readonly limit: number; readonly reserved: number };
  readonly cpus: number;
} {
  return {
    memory: { limit: 512 + 24 * machines, reserved: 128 + 8 * machines },
    cpus: 1 + Math.floor(machines / 25),
  };
}

/** What the others may use. */
export const needs = {
  alertmanager: { memory: { limit: 128, reserved: 32 }, cpus: 0.5 },
  nodeExporter: { memory: { limit: 96, reserved: 24 }, cpus: 0.25 },
  cadvisor: { memory: { limit: 256, reserved: 64 }, cpus: 0.5 },
  blackboxExporter: { memory: { limit: 96, reserved: 24 }, cpus: 0.5 },
  jsonExporter: { memory: { limit: 256, reserved: 24 }, cpus: 0.5 },
} as const;

/** Left to the Go runtime of a limit before it collects harder, MiB: the rest is stacks and buffers. */
export function heapLimit({ limit }: { readonly limit: number }): string {
  return `GOMEMLIMIT=${Math.floor(limit * 0.9)}MiB`;
}
