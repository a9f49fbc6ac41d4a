import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { waitUntil } from "../../lab/host/process";
import { buildModule } from "../../lab/parts/goModule";
import { endChild } from "./child";
import { freePort } from "./freePort";

const version = "v1.2.0";
const command = "github.com/johannesboyne/gofakes3/cmd/gofakes3";
const startMs = 20_000;

/**
 * A store with S3's API on this machine, which the lab's machines reach. It takes every key, and forgets all when it ends.
 */
export class S3Store {
  private constructor(
    private readonly process: ChildProcess,
    /** `http://host:port` */
    readonly endpoint: string,
  ) {}

  /**
   * @param host address of this machine as the lab's machines know it
   * @param bucket name of the one bucket that it has
   * @throws Error where it does not answer within 20 seconds.
   */
  static async open(host: string, bucket: string, say: (text: string) => void): Promise<S3Store> {
    const programs = await buildModule(
      { name: "gofakes3", version, source: join(__dirname, "../../lab/s3"), packages: [command] },
      say,
    );
    const address = `${host}:${await freePort(host)}`;
    const args = ["-backend", "memory", "-host", address, "-initialbucket", bucket, "-quiet"];
    const child = spawn(join(programs, "gofakes3"), args, { stdio: "ignore" });
    const store = new S3Store(child, `http://${address}`);
    if (await waitUntil(() => store.has(bucket), startMs, 100)) return store;
    await store.close();
    throw new Error(`The S3 store at ${address} does not answer. Is the port taken?`);
  }

  /** Keys of a bucket's objects, at most a thousand. */
  async keys(bucket: string): Promise<readonly string[]> {
    const answer = await fetch(`${this.endpoint}/${bucket}?list-type=2&max-keys=1000`);
    return [...(await answer.text()).matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = ""]) => key);
  }

  async close(): Promise<void> {
    await endChild(this.process);
  }

  private async has(bucket: string): Promise<boolean> {
    try {
      return (await fetch(`${this.endpoint}/${bucket}`, { method: "HEAD" })).ok;
    } catch {
      return false;
    }
  }
}
