import pLimit from "p-limit";
import { utils } from "ssh2";
import type { Endpoint } from "../inventory/types";
import type { HostsConfig } from "../sdk/shapes";
import { dial } from "./dial";
import { lastLines, TransportError } from "./failure";
import { SshConnection } from "./sshConnection";

/** Log-ins under way at once, over all hosts: key exchanges cost CPU here, and firewalls count new connections. */
const maxHandshakes = 16;
/** A connection that no operation uses is closed after this time, milliseconds. */
const idleLimit = 30_000;

interface Entry {
  readonly connection: Promise<SshConnection>;
  readonly users: Set<object>;
  idle?: NodeJS.Timeout;
}

/** Connections to the hosts of one cluster, one per host, made when asked for and shared by all operations. */
export class ConnectionPool {
  private readonly handshakes = pLimit(maxHandshakes);
  private readonly entries = new Map<string, Entry>();
  /** Keys of hosts that may be trusted on first use: within one run the first one counts. */
  private readonly trusted = new Map<string, string>();

  /** `signal` ends connecting for all. Throws when the private key cannot be used. */
  constructor(
    private readonly config: Pick<HostsConfig, "user" | "port" | "privateKey">,
    private readonly signal: AbortSignal,
  ) {
    const key = utils.parseKey(config.privateKey);
    if (key instanceof Error) {
      throw new Error(
        `the SSH private key cannot be used: ${key.message}; it must be an OpenSSH key without a passphrase`,
      );
    }
  }

  /**
   * A connection for this user, who says when it is not needed any more (`release`). A host that refuses or
   * does not answer is tried again for `patienceSeconds`.
   */
  async get(endpoint: Endpoint, user: object, patienceSeconds: number): Promise<SshConnection> {
    const key = `${endpoint.machine} ${endpoint.address} ${endpoint.hostKey ?? "first use"}`;
    const entry = this.entries.get(key) ?? this.add(key, endpoint, patienceSeconds);
    clearTimeout(entry.idle);
    entry.users.add(user);
    return entry.connection;
  }

  release(user: object): void {
    for (const [key, entry] of this.entries) {
      if (!entry.users.delete(user) || entry.users.size > 0) continue;
      entry.idle = setTimeout(() => {
        this.drop(key, entry);
      }, idleLimit).unref();
    }
  }

  close(): void {
    for (const [key, entry] of this.entries) this.drop(key, entry);
  }

  private add(key: string, endpoint: Endpoint, patienceSeconds: number): Entry {
    const connection = this.handshakes(() => this.connect(key, endpoint, patienceSeconds));
    const entry: Entry = { connection, users: new Set() };
    this.entries.set(key, entry);
    const forget = () => {
      if (this.entries.get(key) === entry) this.entries.delete(key);
    };
    connection.then((made) => {
      made.whenLost(forget);
    }, forget);
    return entry;
  }

  private drop(key: string, entry: Entry): void {
    clearTimeout(entry.idle);
    if (this.entries.get(key) === entry) this.entries.delete(key);
    entry.connection.then(
      (made) => {
        made.close();
      },
      () => undefined,
    );
  }

  private async connect(
    key: string,
    endpoint: Endpoint,
    patienceSeconds: number,
  ): Promise<SshConnection> {
    const { user, port, privateKey } = this.config;
    const { signal } = this;
    const expected = { ...endpoint, hostKey: endpoint.hostKey ?? this.trusted.get(key) };
    const { client, hostKey } = await dial(expected, {
      user,
      port,
      privateKey,
      signal,
      patienceSeconds,
    });
    this.trusted.set(key, hostKey);
    const connection = new SshConnection(client, endpoint, hostKey);
    const probe = await connection.run("id -u", { timeoutSeconds: 30, signal });
    if (probe.stdout.trim() === "0") return connection;
    connection.close();
    throw new TransportError(
      endpoint,
      `${user} cannot become root: allow it sudo without a password ("${user} ALL=(ALL) NOPASSWD: ALL" in /etc/sudoers.d)\n${lastLines(probe.stdout, probe.stderr, 3)}`,
    );
  }
}
