import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { swarmNetwork } from "../../../provider/application/networkHandler";
import { contextOf, owner } from "./support/context";
import { FakeSwarm } from "./support/swarm";

const inputs = {
  name: "shop_default",
  labels: { "com.docker.stack.namespace": "shop" },
  driver: "overlay",
  driverOptions: { encrypted: "" },
  attachable: false,
  internal: true,
};
const swarms: FakeSwarm[] = [];
after(() => {
  for (const swarm of swarms) swarm.stop();
});

async function started(managers = 1) {
  const swarm = await FakeSwarm.start(managers);
  swarms.push(swarm);
  return { swarm, ...contextOf(swarm) };
}

async function made() {
  const all = await started();
  const { id, outputs } = await swarmNetwork.create(all.context, inputs);
  return { ...all, id, olds: { ...inputs, ...outputs } };
}

describe("a network on a Swarm", { concurrency: true }, () => {
  test("is made as the file has it", async () => {
    const { swarm, context } = await started();
    const pools = [{ subnet: "10.20.0.0/24", gateway: "10.20.0.1", ipRange: "10.20.0.0/25" }];
    const { id, outputs } = await swarmNetwork.create(context, { ...inputs, ipam: { pools } });
    assert.deepEqual(outputs, { networkId: id });
    assert.deepEqual(swarm.networks.get(id)?.body, {
      Name: "shop_default",
      Labels: { ...inputs.labels, "slipway.stack": owner },
      Driver: "overlay",
      Scope: "swarm",
      Options: { encrypted: "" },
      Attachable: false,
      Internal: true,
      CheckDuplicate: true,
      IPAM: {
        Driver: "default",
        Config: [{ Subnet: "10.20.0.0/24", Gateway: "10.20.0.1", IPRange: "10.20.0.0/25" }],
      },
    });
  });

  test("is taken over from a killed run", async () => {
    const { swarm, context, id } = await made();
    assert.equal((await swarmNetwork.create(context, inputs)).id, id);
    assert.equal(swarm.networks.size, 1);
  });

  test("is made once, though the first manager goes away before it answers", async () => {
    const { swarm, context } = await started(2);
    swarm.intercept = ({ endpoint, path, body }) => {
      if (endpoint !== 0 || path !== "/networks/create") return undefined;
      swarm.networks.set("n", {
        Id: "n",
        Name: "shop_default",
        Labels: body.Labels as Record<string, string>,
        body,
      });
      return "hang up";
    };
    assert.equal((await swarmNetwork.create(context, inputs)).id, "n");
  });

  test("of somebody else is refused", async () => {
    const { swarm, context, id } = await made();
    const network = swarm.networks.get(id) ?? assert.fail();
    network.Labels = { "com.docker.stack.namespace": "other" };
    await assert.rejects(swarmNetwork.create(context, inputs), {
      message: /^the network shop_default belongs to the application other; give this one another/,
    });
  });

  test("that is there without encryption is not taken for an encrypted one", async () => {
    const { context } = await made();
    const plain = { ...inputs, driverOptions: {}, attachable: true };
    await assert.rejects(swarmNetwork.create(context, plain), {
      message:
        "the network shop_default exists already with another driver_opts, attachable, which Swarm can't change; remove it, or give the network another name in the file",
    });
  });

  test("whose id is asked for by a part of a name is not taken for another one", async () => {
    const { swarm, context } = await started();
    swarm.intercept = ({ method, path }) =>
      method === "GET" && path.startsWith("/networks/")
        ? { status: 200, body: { Id: "shop_default12345", Name: "other" } }
        : undefined;
    const { id } = await swarmNetwork.create(context, inputs);
    assert.notEqual(id, "shop_default12345");
  });

  test("can't be changed: the error says what to do instead", () => {
    const olds = { ...inputs, networkId: "1" };
    assert.throws(
      () => swarmNetwork.diff(olds, { ...inputs, internal: false, driverOptions: {} }),
      {
        message:
          "the network shop_default: Swarm can't change driverOptions, internal of a network that exists. Give the network another name in the file: services move to it as they are updated, and the old one is removed",
      },
    );
  });

  test("under another name is another one, and other labels are no change to it", () => {
    const olds = { ...inputs, networkId: "1" };
    const renamed = swarmNetwork.diff(olds, { ...inputs, name: "shop_second", internal: false });
    assert.deepEqual(renamed.replaces, ["name", "internal"]);
    assert.deepEqual(swarmNetwork.diff(olds, { ...inputs, labels: {} }).replaces, []);
    assert.equal(swarmNetwork.diff(olds, inputs).changes, false);
  });

  test("waits for the last tasks to leave before it is removed", async () => {
    const { swarm, context, id, olds } = await made();
    let tries = 0;
    swarm.intercept = ({ method }) =>
      method === "DELETE" && ++tries <= 2
        ? {
            status: 403,
            body: {
              message: "error while removing network: network shop_default has active endpoints",
            },
          }
        : undefined;
    await swarmNetwork.delete(context, id, olds);
    assert.equal(tries, 3);
    assert.equal(swarm.networks.size, 0);
    await swarmNetwork.delete(context, id, olds);
  });

  test("that the managers refuse to remove for another reason is an error at once", async () => {
    const { swarm, context, id, olds } = await made();
    swarm.intercept = ({ method }) =>
      method === "DELETE" ? { status: 403, body: { message: "forbidden" } } : undefined;
    await assert.rejects(swarmNetwork.delete(context, id, olds), { message: /forbidden/ });
  });

  test("that is gone is told as gone", async () => {
    const { swarm, context, id, olds } = await made();
    assert.deepEqual((await swarmNetwork.read(context, id, olds))?.inputs, inputs);
    swarm.networks.clear();
    assert.equal(await swarmNetwork.read(context, id, olds), undefined);
  });
});
