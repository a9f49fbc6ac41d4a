import { Agent } from "node:http";
import { Duplex } from "node:stream";
import Docker from "dockerode";
import type { Client, ClientChannel } from "ssh2";
import { TransportError, type Host } from "./failure";
import { asRoot } from "./shell";

/**
 * The engine's own way over SSH (as for `DOCKER_HOST=ssh://`). Forwarding the socket itself would need a login
 * that may open it; this needs only sudo.
 */
const dialCommand = asRoot("docker system dial-stdio");

/** sshd allows 10 sessions per connection by default; commands need some of them. */
const maxChannels = 4;

/**
 * The Docker API of a host over an SSH connection.
 * @param lost why the connection has ended; `undefined` while it is open
 */
export function dockerOver(
  client: Client,
  host: Host,
  lost: () => TransportError | undefined,
): Docker {
  // `agent` is dockerode's own option, missing in its types.
  const options = {
    protocol: "http",
    host: "docker",
    port: 80,
    agent: new DialAgent(client, host, lost),
  };
  return new Docker(options as Docker.DockerOptions);
}

class DialAgent extends Agent {
  constructor(
    private readonly client: Client,
    private readonly host: Host,
    private readonly lost: () => TransportError | undefined,
  ) {
    super({ keepAlive: true, maxSockets: maxChannels, maxFreeSockets: 2, timeout: 60_000 });
  }

  /** Node's own hook for other transports: a channel in the place of a socket. */
  createConnection(_options: unknown, ready: (error: Error | null, stream?: Duplex) => void): void {
    const fail = (error: Error) => {
      ready(new TransportError(this.host, `the Docker API cannot be reached: ${error.message}`));
    };
    try {
      this.client.exec(dialCommand, (error, channel) => {
        if (error) fail(error);
        else ready(null, new ChannelSocket(channel, this.host, this.lost));
      });
    } catch (error) {
      // ssh2 throws when the connection has ended already.
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

/** An SSH channel as Node's HTTP client wants it: a stream with the switches of a socket. */
class ChannelSocket extends Duplex {
  private errors = "";

  constructor(
    private readonly channel: ClientChannel,
    host: Host,
    lost: () => TransportError | undefined,
  ) {
    super();
    channel.on("data", (chunk: Buffer) => {
      if (!this.push(chunk)) channel.pause();
    });
    channel.stderr.on("data", (chunk: Buffer) => {
      this.errors = (this.errors + chunk.toString("utf8")).slice(-2000);
    });
    // No other request may take it.
    channel.on("end", () => this.emit("agentRemove"));
    // A connection that breaks closes its channels first, as if they had come to their end, and then says so.
    channel.on("close", () => {
      setImmediate(() => {
        const told = this.errors.trim();
        if (told === "") this.finish(lost());
        else this.finish(new TransportError(host, `the Docker API does not answer: ${told}`));
      });
    });
    channel.on("error", (error: Error) => this.destroy(error));
  }

  /** Ends for good, once who reads has read everything. */
  private finish(failure: Error | undefined): void {
    if (failure !== undefined || this.readableFlowing !== true) {
      this.destroy(failure);
      return;
    }
    this.once("end", () => this.destroy());
    this.push(null);
  }

  override _read(): void {
    this.channel.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void) {
    this.channel.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.channel.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.channel.close();
    done(error);
  }

  setTimeout(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}
