/** The lab's OpenSearch and the gateway before it, as processes of this machine. */
import { spawn, type ChildProcess } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import https from "node:https";
import path from "node:path";
import { text as textOf } from "node:stream/consumers";
import { stringify } from "yaml";
import { gatewayConfiguration } from "../../../components/logging/gatewayConfig";
import { indexPattern, indexPrefix } from "../../../components/logging/indexes";
import { run } from "../../../lab/host/run";
import { needSuite, unpackPackages } from "../../../lab/parts/apt";
import { opensearchFolder } from "../../../lab/images/opensearch";
import { Authority } from "../../../lab/registry/authority";
import { endChild } from "../child";
import type { Document } from "./bulkStore";

/** OpenSearch does not run as root. */
const nobody = 65534;
const user = "admin";
/** Of the user that the plugin comes with. */
export const storePassword = "admin";

/** Who asks the store. */
export interface Credential {
  readonly user: string;
  readonly password: string;
}

/** Who may do anything, and what the security plugin is made of in the place of what it comes with. */
export interface StoreSecurity {
  readonly admin: Credential;
  /** Files by their names. */
  readonly files: Readonly<Record<string, string>>;
}

export class OpenSearch {
  private process: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    readonly caFile: string,
    private readonly port: number,
    private readonly admin: Credential,
  ) {}

  /** Lays everything out in a folder of its own. Nothing runs yet. */
  static async prepare(
    folder: string,
    port: number,
    security?: StoreSecurity,
  ): Promise<OpenSearch> {
    const say = (line: string) => process.stderr.write(`${line}\n`);
    const home = path.join(folder, "opensearch");
    await run("cp", ["-r", await opensearchFolder(say), home]);
    const config = path.join(home, "config");
    await run("cp", [
      "-r",
      path.join(home, "plugins/opensearch-security/config"),
      path.join(config, "opensearch-security"),
    ]);
    for (const [name, text] of Object.entries(security?.files ?? {}))
      writeFileSync(path.join(config, "opensearch-security", name), text);
    const authority = await Authority.create(path.join(folder, "authority"));
    const local = [
      { type: "ip", value: "127.0.0.1" },
      { type: "dns", value: "localhost" },
    ] as const;
    const { certificate, key } = await authority.issue("store", local);
    for (const [source, name] of [
      [certificate, "node.pem"],
      [key, "node.key"],
      [authority.certificatePath, "ca.pem"],
    ] as const)
      copyFileSync(source, path.join(config, name));
    writeFileSync(
      path.join(folder, "gateway.pem"),
      readFileSync(certificate, "utf8") + readFileSync(key, "utf8"),
    );
    const pem = (kind: string) => ({
      [`plugins.security.ssl.${kind}.pemcert_filepath`]: "node.pem",
      [`plugins.security.ssl.${kind}.pemkey_filepath`]: "node.key",
      [`plugins.security.ssl.${kind}.pemtrustedcas_filepath`]: "ca.pem",
    });
    const settings = {
      "discovery.type": "single-node",
      "network.host": "127.0.0.1",
      "http.port": port,
      "transport.port": port + 1,
      ...pem("transport"),
      ...pem("http"),
      "plugins.security.ssl.http.enabled": true,
      "plugins.security.ssl.transport.enforce_hostname_verification": false,
      "plugins.security.allow_default_init_securityindex": true,
    };
    writeFileSync(path.join(config, "opensearch.yml"), stringify(settings));
    mkdirSync(path.join(home, "logs"), { recursive: true });
    await run("chown", ["-R", `${nobody}:${nobody}`, home]);
    chmodSync(folder, 0o755);
    chownSync(path.join(folder, "gateway.pem"), nobody, nobody);
    const admin = security?.admin ?? { user, password: storePassword };
    return new OpenSearch(folder, authority.certificatePath, port, admin);
  }

  start(): void {
    const home = path.join(this.folder, "opensearch");
    this.process = spawn(path.join(home, "bin/opensearch"), {
      cwd: home,
      stdio: "ignore",
      uid: nobody,
      gid: nobody,
      env: {
        PATH: process.env.PATH,
        OPENSEARCH_JAVA_OPTS: "-Xms384m -Xmx384m",
        OPENSEARCH_JAVA_HOME: process.env.JAVA_HOME ?? "/usr",
      },
    });
  }

  async stop(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const { process: child } = this;
    this.process = undefined;
    await endChild(child, signal);
  }

  /** Resident memory, MiB. */
  memory(): number {
    const status = readFileSync(`/proc/${String(this.process?.pid)}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }

  /** What it answers, or undefined where nobody does. @throws Error where it refuses */
  async ask(
    method: string,
    where: string,
    body?: object | string,
    { user: who, password } = this.admin,
  ): Promise<unknown> {
    const content = typeof body === "object" ? JSON.stringify(body) : body;
    const answer = await new Promise<{ status: number; text: string } | undefined>((resolve) => {
      const request = https.request(
        {
          method,
          host: "127.0.0.1",
          port: this.port,
          path: where,
          auth: `${who}:${password}`,
          ca: readFileSync(this.caFile),
          headers: { "Content-Type": "application/json" },
        },
        (response) => {
          textOf(response).then(
            (said) => {
              resolve({ status: response.statusCode ?? 0, text: said });
            },
            () => {
              resolve(undefined);
            },
          );
        },
      );
      request.on("error", () => {
        resolve(undefined);
      });
      request.end(content);
    });
    if (answer === undefined || answer.status === 503) return undefined;
    if (answer.status >= 300)
      throw new Error(`${method} ${where}: ${answer.status} ${answer.text}`);
    return JSON.parse(answer.text) as unknown;
  }

  /** How many documents a cluster has; undefined while the store cannot say. */
  async count(cluster: string): Promise<number | undefined> {
    const where = `/${indexPattern(cluster)}/_count`;
    const answer = await this.ask("GET", where).catch(() => undefined);
    return (answer as { readonly count: number } | undefined)?.count;
  }

  /** All documents of a cluster. */
  async documents(cluster: string): Promise<readonly Document[]> {
    await this.ask("POST", `/${indexPattern(cluster)}/_refresh`);
    const found: Document[] = [];
    let after: unknown;
    for (;;) {
      const answer = (await this.ask("POST", `/${indexPattern(cluster)}/_search`, {
        size: 5000,
        sort: [{ container: "asc" }, { "@timestamp": "asc" }, { order: "asc" }],
        ...(after !== undefined && { search_after: after }),
      })) as { hits: { hits: readonly { _source: Document; sort: unknown }[] } };
      const { hits } = answer.hits;
      found.push(...hits.map(({ _source }) => _source));
      if (hits.length === 0) return found;
      after = hits.at(-1)?.sort;
    }
  }

  /** What the fields are that documents are sorted by. */
  async putTemplate(cluster: string): Promise<void> {
    await this.ask("PUT", `/_index_template/${indexPrefix(cluster)}test`, {
      index_patterns: [indexPattern(cluster)],
      template: {
        settings: { number_of_replicas: 0, number_of_shards: 1 },
        mappings: {
          dynamic: false,
          properties: {
            "@timestamp": { type: "date_nanos" },
            container: { type: "keyword" },
            order: { type: "long" },
          },
        },
      },
    });
  }

  /** Starts the gateway. @returns its port, and how to end it */
  async gateway(): Promise<{ readonly port: number; readonly stop: () => void }> {
    const port = this.port + 2;
    const packages = path.join(this.folder, "haproxy");
    await needSuite("bookworm");
    await unpackPackages(["haproxy"], packages);
    const file = path.join(this.folder, "gateway.cfg");
    const certificateFile = path.join(this.folder, "gateway.pem");
    const store = `localhost:${this.port}`;
    const text = gatewayConfiguration({ store, caFile: this.caFile, certificateFile, port });
    // Of this name the machine knows, and no DNS server.
    writeFileSync(file, text.replace(/ resolvers names init-addr \S+/, ""));
    const root = path.join(packages, "root");
    const child = spawn(path.join(root, "usr/sbin/haproxy"), ["-db", "-f", file], {
      stdio: ["ignore", "ignore", "inherit"],
      env: { LD_LIBRARY_PATH: path.join(root, "usr/lib/x86_64-linux-gnu") },
    });
    return { port, stop: () => child.kill("SIGKILL") };
  }
}
