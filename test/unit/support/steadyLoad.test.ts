import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, describe, test } from "node:test";
import { SteadyLoad, type SteadyLoadOptions } from "../../support/steadyLoad";

/** A server on this machine, and what it has seen. */
class Server {
  readonly requests: { readonly host: string; readonly socket: Socket }[] = [];
  private readonly server: http.Server;

  private constructor(listener: http.RequestListener) {
    this.server = http.createServer((request, response) => {
      this.requests.push({ host: request.headers.host ?? "", socket: request.socket });
      listener(request, response);
    });
  }

  static async start(
    listener: http.RequestListener,
    { address = "127.0.0.1", port = 0 } = {},
  ): Promise<Server> {
    const started = new Server(listener);
    await once(started.server.listen(port, address), "listening");
    servers.push(started);
    return started;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    const { address } = this.server.address() as AddressInfo;
    return `http://${address}:${this.port}/`;
  }

  get connections(): number {
    return new Set(this.requests.map(({ socket }) => socket)).size;
  }

  closeIdleConnections(): void {
    this.server.closeIdleConnections();
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

const servers: Server[] = [];
const loads: SteadyLoad[] = [];

afterEach(async () => {
  for (const load of loads.splice(0)) await load.stop();
  for (const server of servers.splice(0)) await server.stop();
});

function start(options: SteadyLoadOptions): SteadyLoad {
  const load = SteadyLoad.start(options);
  loads.push(load);
  return load;
}

async function sent(load: SteadyLoad, count: number): Promise<void> {
  while (load.sent < count) await new Promise((resolve) => setTimeout(resolve, 5));
}

const answer =
  (version: string): http.RequestListener =>
  (_, response) =>
    response.end(JSON.stringify({ version }));

describe("a steady load", { timeout: 30_000 }, () => {
  test("sends at its rate, over connections that it keeps, under the name that it is given", async () => {
    const server = await Server.start(answer("1.0.0"));
    const begun = performance.now();
    const load = start({ urls: [server.url], host: "shop.test", rate: 200, connections: 3 });
    await sent(load, 100);
    const seconds = (performance.now() - begun) / 1000;
    const report = await load.stop();
    // A busy machine may be late; nothing makes it early.
    assert.ok(seconds > 0.45, `100 requests in ${seconds} s`);
    assert.deepEqual(report.failures, []);
    assert.equal(report.answered, report.sent);
    assert.equal(server.requests.length, report.sent);
    assert.ok(server.requests.every(({ host }) => host === "shop.test"));
    assert.ok(
      server.connections < report.sent / 2 && server.connections >= 3,
      `${server.connections} connections for ${report.sent} requests`,
    );
  });

  test("loses nothing when the server closes connections that are idle", async () => {
    const server = await Server.start(answer("1.0.0"));
    const load = start({ urls: [server.url], rate: 100, connections: 2 });
    for (const count of [20, 40, 60]) {
      await sent(load, count);
      // At a moment at which no request is on its way: that one would be lost in earnest.
      while (load.look().answered < load.sent) await new Promise(setImmediate);
      server.closeIdleConnections();
    }
    await sent(load, 80);
    assert.deepEqual((await load.stop()).failures, []);
    assert.ok(server.connections >= 4, `only ${server.connections} connections`);
  });

  test("records a request that is lost on a kept connection, and does not try it again", async () => {
    const known = new Set<Socket>();
    const server = await Server.start((request, response) => {
      if (known.has(request.socket)) request.socket.destroy();
      else response.end();
      known.add(request.socket);
    });
    const load = start({ urls: [server.url], rate: 100, connections: 1 });
    await sent(load, 20);
    const report = await load.stop();
    assert.ok(report.failed > 0 && report.answered > 0, JSON.stringify(report));
    assert.match(report.failures[0]?.reason ?? "", /^127\.0\.0\.1:\d+: .*on a kept connection$/);
    assert.equal(server.requests.length, report.sent);
  });

  test("counts by version, and looks at a part while it runs", async () => {
    let version = "1.0.0";
    const server = await Server.start((request, response) => {
      answer(version)(request, response);
    });
    const load = start({ urls: [server.url], rate: 200 });
    await sent(load, 20);
    while (load.look().answered < load.sent) await new Promise(setImmediate);
    const upgrade = load.sent;
    version = "2.0.0";
    await sent(load, upgrade + 20);
    const running = load.look(upgrade);
    assert.ok(running.sent >= 20 && running.byVersion["1.0.0"] === undefined);
    const { byVersion, answered } = await load.stop();
    assert.deepEqual(byVersion, { "1.0.0": upgrade, "2.0.0": answered - upgrade });
    assert.deepEqual(load.look(0, upgrade).byVersion, { "1.0.0": upgrade });
  });

  test("records status and text of what is no good answer, and what is too late", async () => {
    let turn = 0;
    const server = await Server.start((_, response) => {
      turn++;
      if (turn === 1) response.writeHead(503).end("no server is available");
      else if (turn > 2) response.end("plain text");
    });
    const load = start({ urls: [server.url], rate: 50, timeoutMs: 150 });
    await sent(load, 10);
    const { failures, byVersion } = await load.stop();
    assert.deepEqual(
      failures.map(({ reason }) => reason.replace(/^\S+ /, "")),
      ["status 503 no server is available", "no answer in 150 ms"],
    );
    assert.deepEqual(Object.keys(byVersion), ["-"]);
  });

  test("does not wait for slow answers before it sends more, and measures them", async () => {
    const server = await Server.start((_, response) => {
      setTimeout(() => response.end(), 200);
    });
    const load = start({ urls: [server.url], rate: 100, connections: 1 });
    await sent(load, 10);
    assert.ok(load.look().answered < load.sent);
    const { failed, p50, p99, max } = await load.stop();
    assert.equal(failed, 0);
    assert.ok(p50 >= 195 && p99 >= p50 && max >= p99, JSON.stringify({ p50, p99, max }));
  });

  test("takes an address out while its health check fails, as a load balancer does", async () => {
    const well = await Server.start((request, response) => {
      if (request.url === "/ping") response.end();
      else answer("well")(request, response);
    });
    const leaving = await Server.start(
      (request, response) => {
        if (request.url === "/ping") response.writeHead(503).end();
        else answer("leaving")(request, response);
      },
      { address: "127.0.0.2", port: well.port },
    );
    const health = { port: well.port, path: "/ping" };
    const load = start({ urls: [well.url, leaving.url], rate: 100, health });
    const latest = async () => {
      const since = load.sent;
      await sent(load, since + 20);
      while (load.look(since).answered < load.sent - since) await new Promise(setImmediate);
      return load.look(since).byVersion;
    };
    // It has its turns until it is asked.
    while ((await latest()).leaving !== undefined);
    assert.deepEqual(Object.keys(await latest()), ["well"]);
    const { failures, byVersion } = await load.stop();
    assert.deepEqual(failures, []);
    assert.ok((byVersion.leaving ?? 0) > 0, "it never had a turn");
  });

  test("without failover a dead address is a failure in its turn, with it the next address answers", async () => {
    const dead = await Server.start(() => undefined);
    const { url } = dead;
    await dead.stop();
    servers.splice(servers.indexOf(dead), 1);
    const alive = await Server.start(answer("1.0.0"));
    const strict = start({ urls: [url, alive.url], rate: 100 });
    const lenient = start({ urls: [url, alive.url], rate: 100, connections: 0, failover: true });
    await Promise.all([sent(strict, 20), sent(lenient, 20)]);
    const [{ failures, answered }, report] = await Promise.all([strict.stop(), lenient.stop()]);
    assert.ok(Math.abs(failures.length - answered) <= 1);
    assert.match(failures[0]?.reason ?? "", /ECONNREFUSED/);
    assert.deepEqual(report.failures, []);
  });
});
