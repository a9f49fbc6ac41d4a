import type Docker from "dockerode";
import pLimit from "p-limit";
import type { Client, ClientChannel } from "ssh2";
import type { Endpoint } from "../inventory/types";
import { dockerOver } from "./dockerAgent";
import { lastLines, TransportError } from "./failure";
import { loaderCommand, loaderInput, writeFileScript } from "./shell";
import type { CommandResult, Connection, RunOptions } from "./types";

/** Commands at once on one connection: with the Docker API's channels below sshd's limit of 10. */
const maxCommands = 5;
/** Output beyond this is a mistake, bytes. */
const maxOutput = 32 * 1024 * 1024;

/** A connection that is logged in. */
export class SshConnection implements Connection {
  readonly machine: string;
  readonly address: string;
  private readonly limit = pLimit(maxCommands);
  private dockerApi: Docker | undefined;
  private lost: string | undefined;
  private readonly onLost: (() => void)[] = [];

  constructor(
    private readonly client: Client,
    endpoint: Endpoint,
    readonly hostKey: string,
  ) {
    this.machine = endpoint.machine;
    this.address = endpoint.address;
    client.on("error", (error) => {
      this.lose(error.message);
    });
    client.on("close", () => {
      this.lose("the host closed the connection");
    });
  }

  get isOpen(): boolean {
    return this.lost === undefined;
  }

  get docker(): Docker {
    return (this.dockerApi ??= dockerOver(this.client, this, () =>
      this.isOpen ? undefined : this.cut(),
    ));
  }

  /** Called once, when the connection ends for whatever reason. */
  whenLost(work: () => void): void {
    this.onLost.push(work);
  }

  close(): void {
    this.client.end();
  }

  run(script: string, options: RunOptions = {}): Promise<CommandResult> {
    return this.limit(() => this.execute(script, options));
  }

  async must(step: string, script: string, options: RunOptions = {}): Promise<string> {
    let result: CommandResult;
    try {
      result = await this.run(`set -eu\n${script}`, options);
    } catch (error) {
      if (error instanceof TransportError) throw error.during(step);
      throw error;
    }
    if (result.code === 0) return result.stdout;
    const oneLine = script.trim();
    const command = oneLine.includes("\n") || oneLine.length > 120 ? "" : `: ${oneLine}`;
    throw new TransportError(
      this,
      `${step} failed with exit code ${result.code}${command}\n${lastLines(result.stdout, result.stderr)}`,
    );
  }

  async writeFile(path: string, content: string | Buffer, mode: number): Promise<boolean> {
    const size = Buffer.byteLength(content);
    const answer = await this.must(`writing ${path}`, writeFileScript(path, size, mode), {
      input: content,
    });
    return answer.trim() === "changed";
  }

  private async execute(script: string, options: RunOptions): Promise<CommandResult> {
    const seconds = options.timeoutSeconds ?? 60;
    options.signal?.throwIfAborted();
    const channel = await this.openChannel();
    return new Promise<CommandResult>((resolve, reject) => {
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      let size = 0;
      let code: number | undefined;
      let failed: Error | undefined;
      const stop = (error: Error) => {
        failed ??= error;
        channel.close();
        settle();
      };
      const collect = (into: Buffer[]) => (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxOutput) stop(new TransportError(this, "a command printed more than 32 MiB"));
        else into.push(chunk);
      };
      const timer = setTimeout(() => {
        stop(new TransportError(this, `a command took longer than ${seconds} s`));
      }, seconds * 1000);
      const onAbort = () => {
        stop(reasonOf(options.signal));
      };
      const settle = () => {
        clearTimeout(timer);
        options.signal?.removeEventListener("abort", onAbort);
        if (failed) reject(failed);
        else if (code === undefined) reject(this.cut());
        else resolve({ code, stdout: text(stdout), stderr: text(stderr) });
      };
      options.signal?.addEventListener("abort", onAbort, { once: true });
      channel.on("data", collect(stdout));
      channel.stderr.on("data", collect(stderr));
      channel.on("exit", (status: number | null, signal?: string) => {
        code = status ?? 128;
        if (status === null) stderr.push(Buffer.from(`\nended by signal ${signal ?? "unknown"}`));
      });
      channel.on("close", settle);
      // A host that ends the command early closes its side: what counts is how the command ended.
      channel.on("error", () => undefined);
      channel.end(loaderInput(script, options.input));
    });
  }

  private openChannel(): Promise<ClientChannel> {
    return new Promise((resolve, reject) => {
      if (this.lost !== undefined) {
        reject(this.cut());
        return;
      }
      // ssh2 does not answer an open channel request when the connection ends before it is confirmed.
      const gone = () => {
        reject(this.cut());
      };
      this.client.once("close", gone);
      this.client.exec(loaderCommand, (error, channel) => {
        this.client.removeListener("close", gone);
        if (error)
          reject(new TransportError(this, `no command could be started: ${error.message}`));
        else resolve(channel);
      });
    });
  }

  private cut(): TransportError {
    return new TransportError(
      this,
      `the SSH connection was cut (${this.lost ?? "no exit status"}): when the machine answers again, run again`,
    );
  }

  private lose(reason: string): void {
    if (this.lost !== undefined) return;
    this.lost = reason;
    for (const work of this.onLost) work();
  }
}

function text(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString("utf8");
}

function reasonOf(signal: AbortSignal | undefined): Error {
  return signal?.reason instanceof Error ? signal.reason : new Error("cancelled");
}
