import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask, lastLines } from "../../../provider/application/api";
import { ApplicationAccess } from "../../../provider/application/access";
import { contextOf, owner } from "./support/context";
import { FakeSwarm } from "./support/swarm";

const spec = { Name: "shop_web", TaskTemplate: { ContainerSpec: { Image: "hello:1" } } };
const nodes = { method: "GET", path: "/nodes" } as const;

describe("the managers of a cluster", { concurrency: true }, () => {
  const swarms: FakeSwarm[] = [];
  after(() => {
    for (const swarm of swarms) swarm.stop();
  });
  async function started(managers = 1): Promise<FakeSwarm> {
    const swarm = await FakeSwarm.start(managers);
    swarms.push(swarm);
    return swarm;
  }
  const asked = (swarm: FakeSwarm, path: string) =>
    swarm.requests.filter((one) => one.path === path).map(({ endpoint }) => endpoint);

  test("are asked over mutual TLS, the first one as long as it answers", async () => {
    const swarm = await started(3);
    const { context } = contextOf(swarm);
    assert.deepEqual(await ask(context, nodes), swarm.nodes);
    await ask(context, nodes);
    assert.deepEqual(asked(swarm, "/nodes"), [0, 0]);
    assert.deepEqual(asked(swarm, "/swarm"), [0], "one look at whether it is a manager");
  });

  test("stand in for one that was gone before it was asked", async () => {
    const swarm = await started(2);
    swarm.kill(0);
    await ask(contextOf(swarm).context, nodes);
    assert.deepEqual(asked(swarm, "/nodes"), [1]);
  });

  test("stand in for one that goes away between two questions", async () => {
    const swarm = await started(2);
    const { context } = contextOf(swarm);
    await ask(context, nodes);
    swarm.kill(0);
    await ask(context, nodes);
    await ask(context, nodes);
    assert.deepEqual(asked(swarm, "/nodes"), [0, 1, 1]);
  });

  test("stand in for one that hangs up in the middle of a question", async () => {
    const swarm = await started(2);
    swarm.intercept = ({ endpoint, path }) =>
      endpoint === 0 && path === "/nodes" ? "hang up" : undefined;
    await ask(contextOf(swarm).context, nodes);
    assert.deepEqual(asked(swarm, "/nodes"), [0, 1]);
  });

  test("stand in for one that breaks off in the middle of its answer", async () => {
    const swarm = await started(2);
    swarm.intercept = ({ endpoint, path }) =>
      endpoint === 0 && path === "/nodes" ? "break off" : undefined;
    await ask(contextOf(swarm).context, nodes);
    assert.deepEqual(asked(swarm, "/nodes"), [0, 1]);
  });

  test("stand in for one that is no manager any more", async () => {
    const swarm = await started(2);
    swarm.intercept = ({ endpoint, path }) =>
      endpoint === 0 && path === "/swarm"
        ? { status: 503, body: { message: "This node is not a swarm manager." } }
        : undefined;
    await ask(contextOf(swarm).context, nodes);
    assert.deepEqual(asked(swarm, "/nodes"), [1]);
  });

  test("are waited for while they elect a leader", async () => {
    const swarm = await started(2);
    let answers = 0;
    swarm.intercept = ({ path }) =>
      path === "/nodes" && ++answers <= 4
        ? { status: 500, body: { message: "rpc error: The swarm does not have a leader." } }
        : undefined;
    assert.deepEqual(await ask(contextOf(swarm).context, nodes), swarm.nodes);
  });

  test("are not asked again what one of them refuses", async () => {
    const swarm = await started(2);
    swarm.intercept = ({ path }) =>
      path === "/nodes" ? { status: 400, body: { message: "no" } } : undefined;
    await assert.rejects(ask(contextOf(swarm).context, nodes), { message: /no/ });
    assert.deepEqual(asked(swarm, "/nodes"), [0]);
  });

  test("are not waited for by what was cancelled", async () => {
    const swarm = await started(1);
    swarm.kill(0);
    const { context, abort } = contextOf(swarm);
    const answer = ask(context, nodes);
    abort.abort(new Error("the engine is gone"));
    await assert.rejects(answer, { message: "the engine is gone" });
  });

  test("get the credential of an image's registry with the service, and no other", async () => {
    const swarm = await started();
    const registries = {
      "registry.test:5000": { username: "puller", password: "pässword?>" },
      "other.test": { username: "x", password: "y" },
    };
    const { context } = contextOf(swarm, registries);
    const registry = context.application.credentialFor("registry.test:5000/team/hello:1@sha256:a");
    await ask(context, { method: "POST", path: "/services/create", body: spec, registry });
    assert.deepEqual(swarm.requests.at(-1)?.registry, registries["registry.test:5000"]);
    assert.equal(context.application.credentialFor("hello:1"), undefined);
  });

  test("send the last lines of both outputs of a task, oldest first", async () => {
    const swarm = await started();
    const { context } = contextOf(swarm);
    swarm.logs.set("t1", ["one", "two", "ünder 3"]);
    assert.deepEqual(await lastLines(context, "t1", 2), ["two", "ünder 3"]);
    assert.deepEqual(await lastLines(context, "t2", 2), []);
    assert.equal(swarm.requests.at(-1)?.query.tail, "2");
  });
});

describe("without a manager that answers", () => {
  let swarm: FakeSwarm;
  before(async () => {
    swarm = await FakeSwarm.start(2);
    swarm.kill(0);
    swarm.kill(1);
  });

  test("the error names each, after the time of an election", async (t) => {
    let now = 0;
    t.mock.method(performance, "now", () => (now += 20_000));
    const access = new ApplicationAccess({ owner, docker: swarm.connection, registries: {} });
    await assert.rejects(
      access.call(() => Promise.resolve(), new AbortController().signal),
      {
        message:
          /^no manager of the cluster answers:\n {2}tcp:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED.*\n {2}tcp:.*ECONNREFUSED/,
      },
    );
  });
});
