import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import net, { type AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import type { CommandResult, Connection, RunOptions } from "../../../../provider/transport/types";
import { writeFileScript } from "../../../../provider/transport/shell";

/** A call of one of a host's programs. */
export interface Call {
  readonly host: string;
  readonly name: string;
  readonly args: readonly string[];
  readonly stdin: string;
}

export type Answer = CommandResult;
export const done = (stdout = ""): Answer => ({ code: 0, stdout, stderr: "" });
export const refused = (stderr: string, code = 1): Answer => ({ code, stdout: "", stderr });

/** Programs that tests answer for. Everything else in the scripts is the real thing. */
const names = [
  "kubectl",
  "kubeadm",
  "kubelet",
  "systemctl",
  "journalctl",
  "systemd-analyze",
  "ip",
  "ctr",
  "modprobe",
  "keepalived",
  "curl",
  "containerd",
  "runc",
  "uname",
] as const;

/** Says to the test what it was called with, and ends as the test says. Bash alone: it is started hundreds of times. */
const program = (port: number, name: string) => `#!/bin/bash
exec 3<>/dev/tcp/127.0.0.1/${port}
printf '%s\\0' "$(($# + 2))" "$SLIPWAY_TEST_HOST" ${name} "$@" >&3
IFS= read -r -d '' code <&3
IFS= read -r -d '' out <&3
IFS= read -r -d '' err <&3
printf %s "$out"
printf %s "$err" >&2
exit "$code"
`;

/**
 * The programs of all hosts, answered in this process: the scripts that the provider sends are run by a real shell, with
 * every absolute path of theirs below a folder of the host.
 */
export class Programs {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), "slipway-hosts-"));
  private constructor(private readonly server: net.Server) {}

  static async start(answer: (call: Call) => Answer): Promise<Programs> {
    const server = net.createServer((connection) => {
      let text = "";
      connection.setEncoding("utf8");
      connection.on("error", () => undefined);
      connection.on("data", (chunk: string) => {
        text += chunk;
        const [count = "", host = "", name = "", ...rest] = text.split("\0");
        // What stands behind the last separator is not an argument.
        if (count === "" || rest.length < Number(count) - 1) return;
        const { code, stdout, stderr } = answer({ host, name, args: rest.slice(0, -1), stdin: "" });
        connection.end(`${code}\0${stdout}\0${stderr}\0`);
      });
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    return new Programs(server);
  }

  /** Puts programs into a folder of a host. */
  install(folder: string, wanted: readonly string[] = names): void {
    mkdirSync(folder, { recursive: true });
    const { port } = this.server.address() as AddressInfo;
    for (const name of wanted) {
      const file = path.join(folder, name);
      writeFileSync(file, program(port, name));
      chmodSync(file, 0o755);
    }
  }

  stop(): void {
    this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A host as the provider sees it: files below a folder, and a shell. */
export class FakeHost implements Connection {
  readonly hostKey = "SHA256:fake";
  readonly scripts: string[] = [];
  private readonly root: string;

  constructor(
    readonly machine: string,
    readonly nodeName: string,
    readonly address: string,
    private readonly programs: Programs,
    private readonly kubectl: (call: Call) => Answer,
  ) {
    this.root = path.join(programs.folder, nodeName);
    for (const folder of [
      "/run/systemd/system",
      "/var/lib/etcd",
      "/var/log",
      "/etc",
      "/usr/local/sbin",
      "/etc/modules-load.d",
      "/etc/sysctl.d",
    ])
      mkdirSync(this.path(folder), { recursive: true });
    programs.install(this.bin);
    programs.install(this.path("/opt/cni/bin"), ["ptp", "host-local", "portmap", "loopback"]);
    this.write("/proc/sys/net/ipv4/ip_forward", "0");
  }

  get docker(): never {
    throw new Error("a Kubernetes host has no Docker API");
  }

  path(file: string): string {
    return path.join(this.root, file);
  }

  has(file: string): boolean {
    return existsSync(this.path(file));
  }

  read(file: string): string {
    return readFileSync(this.path(file), "utf8");
  }

  write(file: string, text = ""): void {
    mkdirSync(path.dirname(this.path(file)), { recursive: true });
    writeFileSync(this.path(file), text);
  }

  /** Puts another version of Kubernetes beside the one in use. */
  offer(version: string): void {
    this.programs.install(this.path(`/opt/kubernetes/${version}`), [
      "kubeadm",
      "kubelet",
      "kubectl",
    ]);
  }

  /** The version of a program that was exchanged; `undefined` while it is the first one. */
  exchanged(name: string): string | undefined {
    const file = path.join(this.bin, name);
    if (!lstatSync(file).isSymbolicLink()) return undefined;
    return path.basename(path.dirname(readlinkSync(file)));
  }

  private get bin(): string {
    return this.path("/usr/local/bin");
  }

  remove(file: string): void {
    rmSync(this.path(file), { recursive: true, force: true });
  }

  async run(script: string, options: RunOptions = {}): Promise<CommandResult> {
    options.signal?.throwIfAborted();
    this.scripts.push(script);
    const input = (options.input ?? "").toString();
    // The most frequent question needs no shell.
    if (/^kubectl [^|;&\n]*$/.test(script))
      return this.kubectl({
        host: this.nodeName,
        name: "kubectl",
        args: wordsOf(script).slice(1),
        stdin: input,
      });
    return new Promise((resolve, reject) => {
      const shell = spawn("sh", ["-c", this.below(script)], {
        env: {
          PATH: `${this.bin}:${process.env.PATH ?? ""}`,
          LC_ALL: "C",
          SLIPWAY_TEST_HOST: this.nodeName,
        },
      });
      let [stdout, stderr] = ["", ""];
      shell.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
      shell.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
      shell.on("error", reject);
      shell.on("close", (code) => {
        resolve({ code: code ?? 128, stdout, stderr });
      });
      shell.stdin.on("error", () => undefined);
      shell.stdin.end(options.input ?? "");
    });
  }

  async must(step: string, script: string, options: RunOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(`set -eu\n${script}`, options);
    if (code === 0) return stdout;
    throw new Error(
      `${this.machine} (${this.address}): ${step} failed with exit code ${code}\n${stderr}`,
    );
  }

  async writeFile(file: string, content: string | Buffer, mode: number): Promise<boolean> {
    const script = writeFileScript(file, Buffer.byteLength(content), mode);
    return (await this.must(`writing ${file}`, script, { input: content })).trim() === "changed";
  }

  /** The script with the host's folder before each absolute path that a host has of its own. */
  private below(script: string): string {
    return script.replaceAll(
      /(?<![\w.}$:])\/(etc|run|var|opt|boot|usr\/local|lib\/modules|proc\/sys|proc\/config\.gz|sys)(?=[/"';\s)]|$)/g,
      (_, folder: string) => `${this.root}/${folder}`,
    );
  }
}

/** Words of a simple command, as `quote` writes them. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/(?:'[^']*'|\\'|[^\s'])+/g)].map(([word]) =>
    word.replaceAll(/'([^']*)'/g, "$1").replaceAll("\\'", "'"),
  );
}
