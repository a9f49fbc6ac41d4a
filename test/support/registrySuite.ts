/** A cluster's own registry, the same on every orchestrator: who may do what, and that nothing live is ever removed. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Lab, Orchestrator } from "../../lab";
import { programImage, type RegistryImage } from "../../lab/registry/image";
import { pushImage, type RegistryAddress } from "../../lab/registry/push";
import { helloPrograms } from "../../lab/registry/registry";
import { provideImages } from "../../lab/images";
import { onMachine } from "../../components/platform/parts";
import type { LabCluster } from "./cluster";
import type { Outcome } from "./command";
import { RegistryUser, type Account, type Pushed, type RegistryPlace } from "./registryUser";
import { S3Store } from "./s3Store";
import type { Site } from "./site";
import { standUpLab, takeDownLab } from "./testLab";

/** What a test of one orchestrator does in its own way. */
export interface RegistryCluster {
  readonly cluster: LabCluster;
  /** Runs a command in the container for pushes. */
  inCollector(command: string): Promise<void>;
  /** What the container for pushes has said. */
  collectorLog(): Promise<string>;
  /** Pulls an image on a machine by its container runtime, as the account or nobody; what went wrong, or nothing. */
  pullOn(machine: string, image: string, account?: Account): Promise<string>;
  /** Folder on each machine with what it trusts for a registry, which a test takes away from one. */
  readonly trustFolder: string;
  /** Brings `hello` to the cluster from its own registry, without any credentials. */
  hello(registry: string): Promise<Site>;
}

const passwords = { ci: "correct horse battery", developers: "staple of the day" } as const;
const day = 86_400_000;
/** A version of the sample application that a rule of retention is about. */
const helloTag = "dev-hello";
const collections = 3;
const bucket = "images";

export function registrySuite(
  title: string,
  orchestrator: Orchestrator,
  standUp: (lab: Lab) => Promise<RegistryCluster>,
): void {
  void describe(title, { timeout: 40 * 60_000 }, () => {
    let lab: Lab;
    let it: RegistryCluster;
    let place: RegistryPlace;
    let store: S3Store;
    let hello: { digest: string };
    const ci = () => new RegistryUser(place, { username: "ci", password: passwords.ci });
    const developer = () =>
      new RegistryUser(place, { username: "developers", password: passwords.developers });

    /** Collects garbage now. */
    const collect = async () => {
      const done = async () => (await it.collectorLog()).split("done, pushes go on").length;
      const before = await done();
      await it.inCollector("kill -USR1 1");
      await until("garbage is collected", async () => (await done()) > before);
    };

    before(async () => {
      lab = await standUpLab(orchestrator);
      await provideImages(lab, "registry", (line) => process.stdout.write(`lab: ${line}\n`));
      const [host = ""] = (lab.env.SLIPWAY_LAB_REGISTRY ?? "").split(":");
      store = await S3Store.open(host, bucket, (line) => process.stdout.write(`lab: ${line}\n`));
      it = await standUp(lab);
      const { cluster } = it;
      const { "workers-0": address = "" } = await cluster.addresses("workers");
      await cluster.define((yml) => {
        yml.platform = {
          mirror: lab.env.SLIPWAY_LAB_REGISTRY,
          ...yml.platform,
          registry: {
            address,
            storage: { volume: { node: "workers-0", sizeGiB: 5 } },
            accounts: { ci: { role: "push" }, developers: {} },
            retention: [{ tags: "dev-*", olderThan: "30d", keepLast: 0 }],
          },
        };
      });
    });

    after(async () => {
      await takeDownLab();
      await it.cluster.remove();
      await store.close();
    });

    void test("a password that is missing or weak is told at its account, before anything is changed", async () => {
      const { site } = it.cluster;
      const missing = await site.tryUp();
      assert.notEqual(missing.code, 0);
      assert.match(
        missing.output,
        /cluster\.yml:\d+:\d+ platform\.registry\.accounts\.ci: has no password/,
      );
      await setPassword(site, "ci", "2Few!");
      const weak = await site.tryUp();
      assert.match(weak.output, /accounts\.ci: has a password that is too short/);
      assert.doesNotMatch(weak.output, /created|updated/);
    });

    void test("comes up beside what stands, and a second preview is clean", async () => {
      const { site } = it.cluster;
      for (const [name, password] of Object.entries(passwords))
        await setPassword(site, name, password);
      await site.up();
      await it.cluster.expectSettled();
      const { registry, registryCaCertificate } = await site.outputs();
      place = { ...(registry as RegistryPlace), ca: registryCaCertificate as string };
    });

    void test("lets in who may come in, and nobody else", async () => {
      const wrong = new RegistryUser(place, { username: "ci", password: "wrong" });
      const nobody = new RegistryUser(place);
      assert.equal(await ci().comesIn("push"), 200);
      assert.equal(await ci().comesIn("pull"), 200);
      assert.equal(await developer().comesIn("pull"), 200);
      assert.equal(await developer().comesIn("push"), 401);
      for (const user of [wrong, nobody])
        for (const port of ["pull", "push"] as const) assert.equal(await user.comesIn(port), 401);
      assert.equal(await ci().begins("pull", "anything"), 405);
      await assert.rejects(
        new RegistryUser({ ...place, ca: undefined }, { username: "ci", password: "" }).comesIn(
          "pull",
        ),
        /certificate|self.signed|issuer/i,
      );
    });

    void test("an application runs from it without credentials of its own", async () => {
      hello = await pushHello(place, { username: "ci", password: passwords.ci });
      const site = await it.hello(place.pull);
      await site.up();
      assert.deepEqual(await site.changes(), []);
      const { images } = await site.outputs();
      assert.ok(JSON.stringify(images).includes(hello.digest), JSON.stringify(images));
    });

    void test("a machine that does not have its authority refuses it, and takes it again with it", async () => {
      const { "workers-1": address = "" } = await it.cluster.addresses("workers");
      const { site } = it.cluster;
      const image = `${place.pull}/hello:${helloTag}`;
      const trusted = `${it.trustFolder}/${place.pull}`;
      const account = { username: "developers", password: passwords.developers };
      assert.equal(await it.pullOn("workers-1", image, account), "");
      await site.onMachine(address, `sudo mv ${trusted} /root/authorities`);
      assert.match(await it.pullOn("workers-1", image, account), /x509|unknown authority/);
      await site.onMachine(address, `sudo mv /root/authorities ${trusted}`);
      assert.equal(await it.pullOn("workers-1", image, account), "");
    });

    void test("collects garbage under pushes and pulls, and loses nothing that it has acknowledged", async () => {
      const live = await ci().push("live", "1.0.0", new Date());
      const acknowledged: Pushed[] = [];
      const load = { ended: false, refused: 0, pulls: 0, failedPulls: 0 };
      const pusher = async (name: string) => {
        for (let n = 0; !load.ended; n++) {
          try {
            acknowledged.push(await ci().push(name, `t${n}`, new Date()));
          } catch {
            load.refused++;
            await sleep(100);
          }
        }
      };
      const puller = async () => {
        while (!load.ended) {
          load.pulls++;
          if (!(await developer().has(live))) load.failedPulls++;
        }
      };
      const working = [pusher("load/one"), pusher("load/two"), puller()];
      try {
        for (let n = 0; n < collections; n++) {
          const pushed = acknowledged.length;
          await until("pushes go on", () => Promise.resolve(acknowledged.length > pushed));
          await collect();
        }
        const pushed = acknowledged.length;
        await until("pushes go on", () => Promise.resolve(acknowledged.length > pushed));
      } finally {
        load.ended = true;
        await Promise.all(working);
      }
      console.log(`${acknowledged.length} pushes, ${JSON.stringify(load)}`);
      assert.equal(load.failedPulls, 0, "a pull failed while garbage was collected");
      for (const image of acknowledged)
        assert.ok(await developer().has(image), `${image.repository}@${image.digest} is not whole`);
    });

    void test("retention removes what is old, and nothing that is deployed", async () => {
      const { site } = it.cluster;
      const old = new Date(Date.now() - 60 * day);
      const gone = await ci().push("shop", "dev-old", old);
      const young = await ci().push("shop", "dev-young", new Date());
      const released = await ci().push("shop", "1.0.0", old);
      const dry = await site.slipway("registry", "prune", it.cluster.name, "--dry-run", "--json");
      const { verdicts } = expectJson(dry) as {
        verdicts: { tags: string[]; verdict: string; reason: string }[];
      };
      assert.deepEqual(
        verdicts.filter(({ verdict }) => verdict === "remove").map(({ tags }) => tags),
        [["dev-old"]],
      );
      const running = verdicts.find(({ tags }) => tags.includes(helloTag));
      assert.match(running?.reason ?? "", /^deployed: hello-/);
      assert.ok(await developer().has(gone), "--dry-run has removed something");
      expectJson(await site.slipway("registry", "prune", it.cluster.name, "--yes", "--json"));
      await collect();
      assert.ok(!(await developer().has(gone)), "what was removed is there");
      assert.ok(await developer().has(young));
      assert.ok(await developer().has(released));
      const account = { username: "developers", password: passwords.developers };
      const image = `${place.pull}/hello@${hello.digest}`;
      assert.equal(await it.pullOn("workers-0", image, account), "");
      await it.cluster.expectSettled();
    });

    void test("keeps images in a bucket instead, and caches what others have for every node", async () => {
      const { cluster } = it;
      await pushImage(upstream(lab), "team/page", "1.0.0", await helloImage());
      await cluster.define((yml) => {
        const registry = yml.platform?.registry as Record<string, unknown>;
        registry.storage = { s3: { endpoint: store.endpoint, bucket, prefix: "depot" } };
        // There is no load balancer here: the address leads to one machine.
        registry.placement = onMachine("workers-0");
        registry.cache = { upstream: `https://${upstream(lab).host}` };
      });
      const missing = await cluster.site.tryUp();
      assert.match(missing.output, /cluster\.yml:\d+:\d+ .*slipway:registryS3AccessKey/);
      for (const key of ["registryS3AccessKey", "registryS3SecretKey"])
        await cluster.site.must(
          ...["config", "set", "--stack", cluster.site.stack, "--secret"],
          ...[`slipway:${key}`, "any key will do"],
        );
      await cluster.site.up();
      await cluster.expectSettled();

      const image = await ci().push("shop", "2.0.0", new Date());
      assert.ok(await developer().has(image));
      const layer = (image.blobs[0] ?? "").replace("sha256:", "");
      const keys = await store.keys(bucket);
      assert.ok(
        keys.some((key) => key.startsWith("depot/") && key.includes(layer)),
        keys.join("\n"),
      );
      await collect();
      assert.ok(await developer().has(image), "what has a tag is gone");

      // Docker Hub has no such image, and can't be reached: only the cache can have given it.
      assert.equal(await it.pullOn("workers-1", "docker.io/team/page:1.0.0"), "");
      const cached = (await store.keys(bucket)).filter((key) => key.startsWith("depot/cache/"));
      assert.ok(cached.some((key) => key.includes("team/page")));
    });
  });
}

/** The lab's registry, in the part of Docker Hub. */
function upstream(lab: Lab): RegistryAddress {
  const { SLIPWAY_LAB_REGISTRY: host = "", SLIPWAY_LAB_CA: ca = "" } = lab.env;
  return { host, ca };
}

async function setPassword(site: Site, name: string, password: string): Promise<void> {
  const key = `slipway:registryPasswords["${name}"]`;
  await site.must("config", "set", "--stack", site.stack, "--secret", "--path", key, password);
}

function expectJson(outcome: Outcome): unknown {
  assert.equal(outcome.code, 0, outcome.output);
  return JSON.parse(outcome.stdout);
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 180_000;
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, `waited three minutes: ${what}`);
    await sleep(250);
  }
}

/** The sample application. */
async function helloImage(): Promise<RegistryImage> {
  const programs = await helloPrograms(() => undefined);
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  return programImage(readFileSync(programs.get("1.0.0") ?? ""), architecture);
}

/** Puts the sample application where an ordinary user would. */
async function pushHello(place: RegistryPlace, account: Account): Promise<{ digest: string }> {
  const image = await helloImage();
  await new RegistryUser(place, account).pushImage("hello", helloTag, image);
  return { digest: image.manifest.digest };
}

/** Configuration of the sample application's Pulumi stack, with nothing by which to log in. */
export function helloConfig(cluster: string, registry: string): Record<string, string> {
  return {
    "slipway:stack": path.join(__dirname, "../../stacks/hello/stack.yml"),
    "slipway:application": "hello",
    "slipway:cluster": cluster,
    "slipway:version": helloTag,
    "slipway:registry": registry,
  };
}

/** What a command that failed has said; nothing where it did not. */
export async function failureOf(command: Promise<string>): Promise<string> {
  try {
    await command;
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
