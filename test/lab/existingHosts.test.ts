/** A cluster on machines that exist already: what is wrong with them is said before anything is changed; then they become a Swarm. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { stringify } from "yaml";
import type { Lab } from "../../lab";
import { sshKeyPair } from "../../lab/sshKeyPair";
import { TestCluster } from "../support/cluster";
import { tail, type Outcome } from "../support/command";
import { expectNoStackTrace } from "../support/output";
import { Site } from "../support/site";
import { nodeSummary, managerApi } from "../support/swarm";
import { standUpLab, takeDownLab } from "../support/testLab";

interface Host {
  name: string;
  address: string;
  hostKey: string;
}

/** The donor's machines, once they have said where they are and which key they show. */
async function booted(donor: TestCluster): Promise<Host[]> {
  const until = Date.now() + 120_000;
  while (Date.now() < until) {
    const hosts = (await donor.machines()).flatMap(({ name, address, guestinfo }) => {
      const key = guestinfo["guestinfo.slipway.sshHostKey"]?.split(" ")[1];
      if (address === undefined || key === undefined) return [];
      const hash = createHash("sha256").update(Buffer.from(key, "base64")).digest("base64");
      const hostKey = `SHA256:${hash.replace(/=+$/, "")}`;
      return [{ name: name.replace(/^donor-|-g1$/g, ""), address, hostKey }];
    });
    if (hosts.length === 2) return hosts;
    await pause(500);
  }
  throw new Error("the donor's machines have not booted in 120 s");
}

void describe("existing hosts", { timeout: 20 * 60_000 }, () => {
  let lab: Lab;
  let donor: TestCluster;
  let site: Site;
  let manager: Host;
  let worker: Host;

  const on = (host: Host, command: string) => site.onMachine(host.address, command);
  /** Does something while a command has its effect on a host, and takes that back in any case. */
  const during = async (host: Host, apply: string, undo: string, work: () => Promise<unknown>) => {
    await on(host, apply);
    try {
      await work();
    } finally {
      await on(host, undo);
    }
  };
  /** Does something while a host shows other facts than its own. */
  const withFacts = (host: Host, facts: unknown, work: () => Promise<unknown>) => {
    const file = Buffer.from(JSON.stringify(facts)).toString("base64");
    return during(
      host,
      `sudo mkdir -p /etc/slipway-lab && echo ${file} | base64 -d | sudo tee /etc/slipway-lab/facts.json`,
      "sudo rm -f /etc/slipway-lab/facts.json",
      work,
    );
  };

  async function define(change: (yml: Record<string, unknown>) => void = () => undefined) {
    const pool = { numCpus: 1, memoryMiB: 1024, diskGiB: 4 };
    const yml = {
      kind: "Cluster",
      name: "plant",
      version: "1.0.0",
      orchestrator: "swarm",
      hosts: [
        { ...manager, pool: "managers" },
        { ...worker, pool: "workers" },
      ],
      access: { user: "ops" },
      nodePools: {
        managers: { role: "manager", ...pool },
        workers: { role: "worker", ...pool, labels: { line: "assembly" } },
      },
      engine: { version: "20.10" },
    };
    change(yml);
    await site.write("cluster.yml", stringify(yml));
  }

  /** An up that must be refused, with all that, before any machine has got an engine. */
  async function refused(...expected: readonly RegExp[]): Promise<Outcome> {
    const outcome = await site.tryUp();
    assert.notEqual(outcome.code, 0, tail(outcome.output));
    for (const text of expected) assert.match(outcome.output, text, tail(outcome.output));
    expectNoStackTrace(outcome.output);
    const types = ((await site.deployment()).resources ?? []).map(({ type }) => type);
    for (const type of ["slipway:index:Engine", "slipway:index:SwarmNode"])
      assert.ok(!types.includes(type), `${type} is in the state`);
    for (const host of [manager, worker])
      assert.equal(
        (await on(host, "command -v dockerd; ls -d /etc/docker 2>/dev/null; true")).trim(),
        "",
        `${host.name} was changed`,
      );
    // A host that was found fit is not asked again.
    await site.destroy();
    return outcome;
  }

  before(async () => {
    lab = await standUpLab();
    donor = await TestCluster.create(lab, "donor", ({ nodePools: { managers, workers } }) => {
      assert.ok(managers && workers);
      [managers.count, workers.count] = [1, 1];
    });
    // The machines alone: no engine, no Swarm.
    await donor.site.up("--target", "**slipway:machines:**");
    site = await Site.create("plant", lab.env, { "slipway:spec": "cluster.yml" });
    const hosts = await booted(donor);
    const named = (name: string) => hosts.find((host) => host.name === name);
    const [first, second] = [named("managers-0"), named("workers-0")];
    assert.ok(first && second);
    [manager, worker] = [first, second];
  });

  after(async () => {
    await takeDownLab();
    await Promise.all([donor.remove(), site.remove()]);
  });

  void test("a host whose key is not the one in cluster.yml is refused, and both are shown", async () => {
    const other = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    await define(({ hosts }) => {
      Object.assign((hosts as object[])[1] ?? {}, { hostKey: other });
    });
    const { output } = await refused(/workers-0[^\n]*host key/i);
    assert.ok(output.includes(other) && output.includes(worker.hostKey), tail(output));
  });

  void test("a key that opens no host is told with user and address", async () => {
    await define();
    const file = site.path("strange");
    const pair = sshKeyPair();
    await writeFile(file, pair.private, { mode: 0o600 });
    const strange = await site.pulumiWith(
      { SLIPWAY_SSH_PRIVATE_KEY_FILE: file },
      ...["up", "--yes", "--non-interactive", "--stack", "plant"],
    );
    assert.notEqual(strange.code, 0);
    assert.match(
      strange.output,
      new RegExp(`workers-0[^\\n]*(ops|${worker.address})`),
      tail(strange.output),
    );
    assert.match(strange.output, /key/);
    assert.ok(!strange.output.includes("PRIVATE KEY"));
    expectNoStackTrace(strange.output);
    await site.destroy();
  });

  void test("another system, too little of everything and a wrong clock are told all at once, by host", async () => {
    await define();
    const facts = {
      clockSkewSeconds: 75,
      facts: {
        os: { id: "ubuntu", versionId: "24.04", prettyName: "Ubuntu 24.04 LTS" },
        memoryMiB: 400,
        diskFreeGiB: 1,
      },
    };
    await withFacts(manager, facts, () =>
      refused(
        /managers-0: 4 problems, found before anything was changed/,
        /runs Ubuntu 24\.04 LTS/,
        /400 MiB of memory, needs 1024/,
        /1 GiB free under \/var\/lib, needs 4/,
        /clock is 75\.0 s ahead/,
      ),
    );
  });

  void test("a machine-id that two hosts share is told with the other's name", async () => {
    await define();
    const id = (await on(worker, "cat /etc/machine-id")).trim();
    const own = (await on(manager, "cat /etc/machine-id")).trim();
    const write = (value: string) => `echo ${value} | sudo tee /etc/machine-id`;
    await during(manager, write(id), write(own), () =>
      refused(new RegExp(`machine-id ${id} is that of (managers|workers)-0 too`)),
    );
  });

  void test("a port in use is told with the program that has it", async () => {
    await define();
    const listen =
      "use IO::Socket::INET; @s = (IO::Socket::INET->new(LocalPort => 2377, Listen => 1)); sleep 600";
    const file = "/run/listener.pid";
    await during(
      manager,
      `sudo sh -c "perl -e '${listen}' >/dev/null 2>&1 & echo \\$! > ${file}"`,
      `sudo kill $(cat ${file})`,
      () => refused(/managers-0[^]*port 2377\/tcp is in use by perl/),
    );
  });

  void test("an encrypted overlay is refused where the kernel has no ESP", async () => {
    await define((yml) => {
      yml.swarm = { encryptOverlays: true };
    });
    await withFacts(worker, { facts: { features: { esp: false } } }, () =>
      refused(/workers-0[^]*no ESP \(CONFIG_INET_ESP\)/),
    );
  });

  void test("hosts that are fit become a Swarm, and nothing more is to be done then", async () => {
    await define();
    await site.up();
    const docker = managerApi(await site.outputs());
    assert.deepEqual(await nodeSummary(docker), [
      "managers-0 manager ready",
      "workers-0 worker ready",
    ]);
    const { same, ...changes } = await site.preview();
    assert.ok(same);
    assert.deepEqual(changes, {});
    await site.refreshShowsNoChange();
  });

  void test("a service that needs a virtual IP is refused where the kernel has no IPVS", async () => {
    await withFacts(worker, { facts: { features: { ipvs: false } } }, async () => {
      await site.must("refresh", "--yes", "--non-interactive", "--stack", "plant");
      await site.up();
    });
    await site.write(
      "stack.yml",
      stringify({
        "x-slipway": { version: "1.0.0" },
        services: { web: { image: "${REGISTRY}/hello:${VERSION}", command: ["web"] } },
      }),
    );
    const application = await site.sibling("vip-plant", {
      "slipway:stack": "stack.yml",
      "slipway:application": "vip",
      "slipway:cluster": "plant",
      "slipway:version": "1.0.0",
      "slipway:registry": lab.env.SLIPWAY_LAB_REGISTRY ?? "",
    });
    const preview = await application.pulumi(
      ...["preview", "--non-interactive", "--stack", "vip-plant"],
    );
    assert.notEqual(preview.code, 0);
    assert.match(preview.output, /stack\.yml:\d+:\d+/, tail(preview.output));
    assert.match(preview.output, /IPVS/);
    assert.match(preview.output, /endpoint_mode: dnsrr/);
    expectNoStackTrace(preview.output);
  });

  void test("destroy takes the Swarm down and leaves the hosts to their owner", async () => {
    await site.destroy();
    for (const host of [manager, worker])
      assert.equal(
        (await on(host, "sudo docker info --format '{{.Swarm.LocalNodeState}}'")).trim(),
        "inactive",
      );
    assert.equal((await donor.vms()).length, 2);
  });
});
