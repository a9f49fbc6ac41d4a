import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { utils } from "ssh2";
import { sshKeyPair } from "../../../lab/sshKeyPair";
import { dial } from "../../../provider/transport/dial";
import { ConnectionPool } from "../../../provider/transport/pool";
import type { SshConnection } from "../../../provider/transport/sshConnection";
import { endpoint, fingerprintOfKey, otherKey, SshHost, userKey } from "./support/sshd";

const never = new AbortController().signal;

function optionsFor(port: number, privateKey = userKey.private) {
  return { user: "ops", port, privateKey, patienceSeconds: 0.2, attemptSeconds: 1 };
}

async function withHost(host: SshHost, work: (port: number) => Promise<void>): Promise<void> {
  const port = await host.start();
  try {
    await work(port);
  } finally {
    await host.stop();
  }
}

describe("connecting", () => {
  test("a key that opens no login is an error that says so, and is not tried again", () =>
    withHost(new SshHost(), async (port) => {
      const host = { ...optionsFor(port, otherKey.private), patienceSeconds: 60 };
      await assert.rejects(dial(endpoint(), host), {
        message:
          /^managers-0 \(127\.0\.0\.1\): the SSH key opens no login as ops: put its public half/,
      });
    }));

  test("a host key that is not the expected one ends it before the login", async () => {
    const host = new SshHost();
    await withHost(host, async (port) => {
      const expected = fingerprintOfKey(otherKey.public);
      await assert.rejects(dial(endpoint(expected), optionsFor(port)), (error: Error) => {
        assert.match(error.message, /the host key is not the expected one/);
        assert.ok(error.message.includes(`expected ${expected}`));
        assert.match(error.message, /shows SHA256:/);
        assert.match(error.message, /correct its hostKey in cluster\.yml/);
        return true;
      });
      assert.equal(host.logins, 0);
    });
  });

  test("finds the expected key among a host's keys of several kinds", async () => {
    const rsa = utils.generateKeyPairSync("rsa", { bits: 2048 });
    const hostKeys = [sshKeyPair().private, rsa.private];
    await withHost(new SshHost({ hostKeys }), async (port) => {
      const expected = fingerprintOfKey(rsa.public);
      const { client, hostKey } = await dial(endpoint(expected), optionsFor(port));
      client.end();
      assert.equal(hostKey, expected);
    });
  });

  test("trusts an unknown key only where no key is expected", () =>
    withHost(new SshHost(), async (port) => {
      const { client, hostKey } = await dial(
        { ...endpoint(), hostKey: undefined },
        optionsFor(port),
      );
      client.end();
      assert.match(hostKey, /^SHA256:[A-Za-z0-9+/]{43}$/);
    }));

  test("waits for a machine that still boots", async () => {
    const late = new SshHost();
    const port = await late.start();
    await late.stop();
    const host = new SshHost();
    const dialled = dial(endpoint(), { ...optionsFor(port), patienceSeconds: 20 });
    await sleep(700);
    await host.start(port);
    const { client } = await dialled;
    client.end();
    await host.stop();
  });

  test("says what to check when SSH is refused", async () => {
    const host = new SshHost();
    const port = await host.start();
    await host.stop();
    await assert.rejects(dial(endpoint(), optionsFor(port)), {
      message: `managers-0 (127.0.0.1): SSH is refused at 127.0.0.1:${port}: is sshd running there?`,
    });
  });

  test("gives up on a host that accepts and stays silent", async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as AddressInfo;
    await assert.rejects(dial(endpoint(), optionsFor(port)), { message: /no answer from SSH at/ });
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  test("refuses a private key with a passphrase before any connection", () => {
    const locked = sshKeyPair({
      encryption: { passphrase: "secret", cipher: "aes256-cbc", rounds: 1 },
    });
    assert.throws(
      () => new ConnectionPool({ user: "ops", port: 22, privateKey: locked.private }, never),
      /private key cannot be used: .*; it must be an OpenSSH key without a passphrase/,
    );
  });
});

// The commands run as the user of this test; as another user than root they go through sudo.
describe("a connection", { skip: process.getuid?.() !== 0 && "needs root or sudo" }, () => {
  const host = new SshHost();
  const folder = mkdtempSync(path.join(tmpdir(), "slipway-ssh-"));
  const user = {};
  let pool: ConnectionPool;
  let connection: SshConnection;
  let port: number;

  before(async () => {
    port = await host.start();
    pool = new ConnectionPool({ user: "ops", port, privateKey: userKey.private }, never);
    connection = await pool.get(endpoint(), user, 5);
  });
  after(async () => {
    pool.close();
    await host.stop();
    rmSync(folder, { recursive: true });
  });

  test("runs a script and gives its input to it, not to the shell", async () => {
    const script = 'read -r first; echo "got $first"; cat; echo \'a "quoted" $word\' >&2; exit 3';
    const result = await connection.run(script, { input: "one\necho never\n" });
    assert.deepEqual(result, {
      code: 3,
      stdout: "got one\necho never\n",
      stderr: 'a "quoted" $word\n',
    });
  });

  test("keeps scripts and input off every command line", async () => {
    const mark = "slipway-secret-7261";
    const { stdout } = await connection.run(`cat >/dev/null; ps -eo args || true; : ${mark}`, {
      input: mark,
    });
    assert.match(stdout, /ps -eo args/);
    assert.ok(!stdout.includes(mark));
  });

  test("a failing step names host, step, exit code and the last lines", async () => {
    await assert.rejects(
      connection.must("reading the engine's file", "cat /nowhere/daemon.json"),
      (error: Error) => {
        assert.equal(
          error.message,
          "managers-0 (127.0.0.1): reading the engine's file failed with exit code 1: cat /nowhere/daemon.json\n" +
            "  cat: /nowhere/daemon.json: No such file or directory",
        );
        return true;
      },
    );
  });

  test("a script stops at its first failing command", async () => {
    await assert.rejects(connection.must("two steps", "false\necho went on"));
  });

  test("writes a file whole, with its mode, and says whether it changed", async () => {
    const target = path.join(folder, "new folder", "it's.json");
    const content = Buffer.from("line\n\0\xff", "latin1");
    assert.equal(await connection.writeFile(target, content, 0o640), true);
    assert.deepEqual(readFileSync(target), content);
    assert.equal(statSync(target).mode & 0o777, 0o640);
    assert.equal(await connection.writeFile(target, content, 0o600), false);
    assert.equal(statSync(target).mode & 0o777, 0o600);
  });

  test("leaves the old file when the new one cannot be written", async () => {
    writeFileSync(path.join(folder, "file"), "old");
    await assert.rejects(connection.writeFile(path.join(folder, "file", "below"), "new", 0o600));
    assert.equal(readFileSync(path.join(folder, "file"), "utf8"), "old");
  });

  test("ends a command that takes too long, and says so", async () => {
    await assert.rejects(connection.must("waiting", "sleep 30", { timeoutSeconds: 0.3 }), {
      message: "managers-0 (127.0.0.1): waiting: a command took longer than 0.3 s",
    });
  });

  test("ends a command when the operation is cancelled", async () => {
    const controller = new AbortController();
    const running = connection.run("sleep 30", { signal: controller.signal });
    controller.abort(new Error("cancelled"));
    await assert.rejects(running, { message: "cancelled" });
  });

  test("is shared by those who ask at the same time, and made anew after a cut", async () => {
    const before = host.logins;
    const [one, two] = await Promise.all([
      pool.get(endpoint(), {}, 5),
      pool.get(endpoint(), {}, 5),
    ]);
    assert.equal(one, two);
    assert.equal(host.logins, before);
    host.cut();
    while (one.isOpen) await new Promise((resolve) => setImmediate(resolve));
    const again = await pool.get(endpoint(), user, 5);
    assert.notEqual(again, one);
    assert.equal((await again.run("echo back")).stdout, "back\n");
  });

  test("an SSH connection cut in the middle of a step names host and step", async () => {
    const cut = new SshHost();
    const cutPort = await cut.start();
    const cutPool = new ConnectionPool(
      { user: "ops", port: cutPort, privateKey: userKey.private },
      never,
    );
    const open = await cutPool.get(endpoint(), user, 5);
    cut.behaviour = "hang";
    const info = open.docker.info();
    cut.behaviour = "cut";
    await assert.rejects(open.must("joining the Swarm", "echo never"), {
      message: /^managers-0 \(127\.0\.0\.1\): joining the Swarm: the SSH connection was cut/,
    });
    await assert.rejects(info, {
      message: /^managers-0 \(127\.0\.0\.1\): the SSH connection was cut/,
    });
    cutPool.close();
    await cut.stop();
  });

  test("speaks to the Docker API, and says why it cannot", async () => {
    // No Docker command line on the PATH of this shell: the channel ends with an error of its own.
    const open = await pool.get(endpoint(), user, 5);
    await assert.rejects(open.docker.ping(), {
      message: /^managers-0 \(127\.0\.0\.1\): the Docker API does not answer: /,
    });
  });
});
