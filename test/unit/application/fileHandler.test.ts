import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { swarmConfig, swarmSecret } from "../../../provider/application/fileHandler";
import { unknown } from "../../../provider/server/unknown";
import { contextOf, owner } from "./support/context";
import { FakeSwarm } from "./support/swarm";

const inputs = {
  name: "shop_settings-0123456789ab",
  labels: { "com.docker.stack.namespace": "shop" },
  data: Buffer.from("a=1").toString("base64"),
};
const swarms: FakeSwarm[] = [];
after(() => {
  for (const swarm of swarms) swarm.stop();
});

async function started() {
  const swarm = await FakeSwarm.start();
  swarms.push(swarm);
  return { swarm, ...contextOf(swarm) };
}

/** A config that a service uses. */
async function used() {
  const all = await started();
  const { id, outputs } = await swarmConfig.create(all.context, inputs);
  const user = all.swarm.add({
    Name: "shop_web",
    TaskTemplate: { ContainerSpec: { Configs: [{ ConfigID: id }] } },
  });
  return { ...all, id, olds: { ...inputs, ...outputs }, user };
}

describe("a config on a Swarm", { concurrency: true }, () => {
  test("is made once, with its owner", async () => {
    const { swarm, context } = await started();
    const { id, outputs } = await swarmConfig.create(context, {
      ...inputs,
      templateDriver: "golang",
    });
    assert.deepEqual(outputs, { fileId: id });
    assert.deepEqual(swarm.configs.get(id)?.Spec, {
      Name: inputs.name,
      Labels: { ...inputs.labels, "slipway.stack": owner },
      Data: inputs.data,
      Templating: { Name: "golang" },
    });
  });

  test("is taken over from a killed run, or from an earlier release", async () => {
    const { swarm, context } = await started();
    const first = await swarmConfig.create(context, inputs);
    const second = await swarmConfig.create(context, inputs);
    assert.equal(second.id, first.id);
    assert.equal(swarm.configs.size, 1);
  });

  test("of somebody else is refused", async () => {
    const { swarm, context } = await started();
    const { id } = await swarmConfig.create(context, inputs);
    Object.assign(swarm.configs.get(id)?.Spec ?? {}, { Labels: { other: "label" } });
    await assert.rejects(swarmConfig.create(context, inputs), {
      message:
        /^the config shop_settings-0123456789ab exists, and was not made by this application/,
    });
  });

  test("changes its labels where it is, and becomes another one for everything else", () => {
    const olds = { ...inputs, fileId: "1" };
    const replaced = (change: object) => swarmConfig.diff(olds, { ...inputs, ...change });
    assert.equal(replaced({}).changes, false);
    assert.deepEqual(replaced({ labels: { a: "b" } }).replaces, []);
    assert.equal(replaced({ labels: { a: "b" } }).changes, true);
    assert.deepEqual(replaced({ name: "shop_settings-1" }).replaces, ["name"]);
    assert.deepEqual(replaced({ data: unknown }).replaces, ["data"]);
    assert.deepEqual(replaced({ templateDriver: "golang" }).replaces, ["templateDriver"]);
  });

  test("gets new labels, and keeps its owner", async () => {
    const { swarm, context, id, olds } = await used();
    await swarmConfig.update(context, id, olds, { ...inputs, labels: { a: "b" } });
    assert.deepEqual(swarm.configs.get(id)?.Spec.Labels, { a: "b", "slipway.stack": owner });
  });

  test("that is gone is told as gone", async () => {
    const { context, id, olds, swarm } = await used();
    assert.deepEqual((await swarmConfig.read(context, id, olds))?.outputs, { fileId: id });
    swarm.configs.clear();
    assert.equal(await swarmConfig.read(context, id, olds), undefined);
    await assert.rejects(swarmConfig.update(context, id, olds, inputs), {
      message: /is not on the Swarm any more: run `pulumi refresh`/,
    });
  });

  test("that nothing uses is removed, also when it is gone already", async () => {
    const { swarm, context, id, olds, user } = await used();
    swarm.services.delete(user.ID);
    await swarmConfig.delete(context, id, olds);
    assert.equal(swarm.configs.size, 0);
    await swarmConfig.delete(context, id, olds);
  });

  test("in use stays, with a warning, and is removed by a later deployment", async () => {
    const { swarm, context, id, olds, user, warnings } = await used();
    await swarmConfig.delete(context, id, olds);
    assert.equal(swarm.configs.size, 1);
    assert.deepEqual(warnings, [
      "the config shop_settings-0123456789ab is in use still and stays; a later deployment removes it when nothing uses it",
    ]);
    const other = await swarmConfig.create(context, { ...inputs, name: "shop_settings-1" });
    swarm.services.delete(user.ID);
    await swarmConfig.delete(context, other.id, { ...olds, ...other.outputs });
    assert.deepEqual([...swarm.configs.keys()], []);
  });

  test("that had to stay and is wanted again stays for good", async () => {
    const { swarm, context, id, olds, user } = await used();
    await swarmConfig.delete(context, id, olds);
    const again = await swarmConfig.create(context, inputs);
    assert.equal(again.id, id);
    swarm.services.delete(user.ID);
    const other = await swarmConfig.create(context, { ...inputs, name: "shop_settings-1" });
    await swarmConfig.delete(context, other.id, { ...olds, ...other.outputs });
    assert.deepEqual([...swarm.configs.keys()], [id]);
  });

  test("left by another Pulumi stack is not ours to remove", async () => {
    const { swarm, context, id, olds } = await used();
    await swarmConfig.delete(context, id, olds);
    const { Spec } = swarm.configs.get(id) ?? assert.fail();
    Spec.Labels = { ...Spec.Labels, "slipway.stack": "slipway/other" };
    swarm.services.clear();
    const other = await swarmConfig.create(context, { ...inputs, name: "shop_settings-1" });
    await swarmConfig.delete(context, other.id, { ...olds, ...other.outputs });
    assert.deepEqual([...swarm.configs.keys()], [id]);
  });

  test("that the managers will not remove for another reason is an error", async () => {
    const { swarm, context, id, olds } = await used();
    swarm.intercept = ({ method }) =>
      method === "DELETE" ? { status: 500, body: { message: "disk full" } } : undefined;
    await assert.rejects(swarmConfig.delete(context, id, olds), { message: /disk full/ });
  });
});

test("a secret is a secret, not a config; its value is never read back", async () => {
  const { swarm, context } = await started();
  const { id, outputs } = await swarmSecret.create(context, inputs);
  assert.equal(swarm.configs.size, 0);
  const stored = swarm.secrets.get(id) ?? assert.fail();
  Reflect.deleteProperty(stored.Spec, "Data");
  const olds = { ...inputs, ...outputs };
  assert.equal((await swarmSecret.read(context, id, olds))?.inputs.data, inputs.data);
  await swarmSecret.update(context, id, olds, { ...inputs, labels: { a: "b" } });
  assert.equal(stored.Spec.Labels?.a, "b");
});
