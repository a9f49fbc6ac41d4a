import type { ComposeService } from "../../spec";
import { nanoseconds } from "../quantities";

/** CPUs as Kubernetes itself writes them: `2`, `500m`. What is less than a thousandth counts as one. */
export function cpuQuantity(cpus: number): string {
  const milli = Math.ceil(Math.round(cpus * 1e6) / 1e3);
  return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
}

/** Bytes as Kubernetes itself writes them: `64Mi`, `1500`. */
export function byteQuantity(bytes: number): string {
  const units = ["", "Ki", "Mi", "Gi", "Ti"];
  let value = bytes;
  let unit = 0;
  while (value !== 0 && value % 1024 === 0 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value}${units[unit] ?? ""}`;
}

/** Whole seconds of a duration of the canonical model, upwards. */
export function seconds(text: string | undefined): number | undefined {
  const time = nanoseconds(text);
  return time === undefined ? undefined : Math.ceil(time / 1e9);
}

/** Docker's own default for `stop_grace_period`, seconds. */
const graceSeconds = 10;

/** How long a service's process may take to end once it is told to, seconds. */
export function stopSeconds({ stop_grace_period: grace }: ComposeService): number {
  return seconds(grace) ?? graceSeconds;
}
