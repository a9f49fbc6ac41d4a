import { isDeepStrictEqual } from "node:util";
import { sorted } from "../sdk/sorted";

export const daemonFile = "/etc/docker/daemon.json";

export type DaemonSettings = Readonly<Record<string, unknown>>;

/** How a running engine takes over changed settings. */
export type Applying = "nothing" | "reload" | "restart";

/**
 * Settings that a running engine reads again on SIGHUP. All others need a restart.
 * Source: https://docs.docker.com/reference/cli/dockerd/#configuration-reload-behavior
 */
const reloadable: ReadonlySet<string> = new Set([
  "debug",
  "labels",
  "live-restore",
  "max-concurrent-downloads",
  "max-concurrent-uploads",
  "max-download-attempts",
  "default-runtime",
  "runtimes",
  "authorization-plugins",
  "insecure-registries",
  "registry-mirrors",
  "shutdown-timeout",
  "features",
]);

/** The file's text: keys in order, so that equal settings give equal bytes. */
export function daemonText(settings: DaemonSettings): string {
  return `${JSON.stringify(sorted(settings), null, 2)}\n`;
}

/** The settings in a file; an empty or missing file has none, one that is not JSON `undefined`. */
export function parseDaemon(text: string | undefined): DaemonSettings | undefined {
  if (text === undefined || text.trim() === "") return {};
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)
      ? (parsed as DaemonSettings)
      : undefined;
  } catch {
    return undefined;
  }
}

/** What it takes to bring a running engine from the old file to the new settings. */
export function applyingOf(oldText: string | undefined, news: DaemonSettings): Applying {
  const olds = parseDaemon(oldText);
  if (olds === undefined) return "restart";
  const changed = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
    (key) => !isDeepStrictEqual(olds[key], news[key]),
  );
  if (changed.length === 0) return "nothing";
  return changed.every((key) => reloadable.has(key)) ? "reload" : "restart";
}
