/** The real collector as a process of this machine, with the configuration that Slipway gives it. */
import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  collectorArguments,
  collectorConfiguration,
  collectorEnvironment,
  type CollectorSettings,
} from "../../../components/logging/collectorConfig";
import { endChild } from "../child";

export class Collector {
  private process: ChildProcess | undefined;
  private readonly log: string;

  constructor(
    private readonly program: string,
    private readonly folder: string,
    private readonly settings: CollectorSettings,
    /** Port of 127.0.0.1 for its own metrics. Default: any. */
    metricsPort = 0,
  ) {
    this.log = path.join(folder, "collector.log");
    writeFileSync(this.log, "");
    const text = collectorConfiguration({
      ...settings,
      paths: { data: path.join(folder, "data"), ...settings.paths },
    });
    // Ports of its own: tests run side by side.
    const ownPorts = text
      .replace("0.0.0.0:13133", "127.0.0.1:0")
      .replace("port: 8888", `port: ${metricsPort}`);
    writeFileSync(this.config, ownPorts.replace("host: 0.0.0.0", "host: 127.0.0.1"));
  }

  private get config(): string {
    return path.join(this.folder, "config.yaml");
  }

  start(): void {
    const [, ...gates] = collectorArguments;
    const script = `exec "$@" >> "$LOG" 2>&1`;
    const args = ["-c", script, "sh", this.program, `--config=${this.config}`, ...gates];
    this.process = spawn("sh", args, {
      stdio: "ignore",
      env: { ...collectorEnvironment("node-1", this.settings), LOG: this.log },
    });
  }

  /** Ends it where it stands. */
  async stop(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const { process: child } = this;
    this.process = undefined;
    await endChild(child, signal);
  }

  get pid(): number | undefined {
    return this.process?.pid;
  }

  /** Resident memory, MiB: now and the most so far. */
  memory(): { readonly now: number; readonly most: number } {
    const status = readFileSync(`/proc/${String(this.pid)}/status`, "utf8");
    const figure = (name: string) =>
      Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
    return { now: figure("VmRSS"), most: figure("VmHWM") };
  }

  /** Processor time so far, seconds. */
  cpuSeconds(): number {
    const fields = readFileSync(`/proc/${String(this.pid)}/stat`, "utf8")
      .split(") ")[1]
      ?.split(" ");
    return (Number(fields?.[11]) + Number(fields?.[12])) / 100;
  }

  /** Its own log, line by line. */
  said(): readonly string[] {
    return readFileSync(this.log, "utf8")
      .split("\n")
      .filter((line) => line !== "");
  }

  /** What it says of level error or warn. */
  complaints(): readonly string[] {
    return this.said().filter((line) =>
      /"level":"(?:error|warn|fatal|panic)"|^(?:Error|panic)/.test(line),
    );
  }
}
