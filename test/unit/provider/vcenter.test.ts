import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { VcenterClient } from "../../../provider/vcenter/client";
import { child, envelope, parseAnswer, textOf } from "../../../provider/vcenter/soap";
import { parseTask } from "../../../provider/vcenter/tasks";
import { answer, faults, recorded, SoapServer } from "./support/vcenter";

const view = answer("CreateContainerView", '<returnval type="ContainerView">view-1</returnval>');
const session = answer("Login", "<returnval><key>k</key></returnval>");

/** A vCenter with two VMs on two pages. */
function healthy(method: string): string | undefined {
  switch (method) {
    case "RetrieveServiceContent":
      return recorded("service-content.xml");
    case "Login":
      return session;
    case "CreateContainerView":
      return view;
    case "RetrievePropertiesEx":
      return recorded("vms-page-1.xml");
    case "ContinueRetrievePropertiesEx":
      return recorded("vms-page-2.xml");
    default:
      return answer(method);
  }
}

async function withServer<T>(
  respond: (method: string, call: number) => string | undefined,
  work: (client: VcenterClient, server: SoapServer) => Promise<T>,
  allowUnverifiedSsl = true,
): Promise<T> {
  const server = new SoapServer(respond);
  const address = await server.start();
  const client = new VcenterClient({
    server: address,
    user: "ops@vsphere.local",
    password: `p"<&>'`,
    allowUnverifiedSsl,
  });
  try {
    return await work(client, server);
  } finally {
    await client.logout();
    server.stop();
  }
}

describe("asking vCenter for VMs", () => {
  test("reads all pages, with names, addresses and identities as they are", () =>
    withServer(healthy, async (client) => {
      const [first, second] = await client.allVms();
      assert.deepEqual(first, {
        reference: { type: "VirtualMachine", value: "vm-71" },
        name: "lab-managers-0-g1",
        uuid: "423ac0de-0000-4000-8000-000000000001",
        poweredOn: true,
        address: "10.89.0.10",
        created: "2026-11-21T06:38:57.165956874Z",
        parent: { type: "Folder", value: "group-2" },
        guestinfo: {
          "guestinfo.slipway.cluster": "slipway/lab",
          "guestinfo.slipway.machine": "managers-0",
          "guestinfo.slipway.role": "manager",
          "guestinfo.slipway.sshHostKey":
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS root@lab-managers-0-g1",
        },
      });
      assert.equal(second?.name, "odd/name & more");
      assert.equal(second.address, undefined);
      assert.equal(second.guestinfo["guestinfo.slipway.cluster"], "slipway/other <1>");
    }));

  test("keeps to the VMs of the cluster", () =>
    withServer(healthy, async (client) => {
      const names = (await client.clusterVms("slipway/lab")).map((vm) => vm.name);
      assert.deepEqual(names, ["lab-managers-0-g1"]);
    }));

  test("logs in once for many questions, and gives the session back", async () => {
    const calls = await withServer(healthy, async (client, server) => {
      await Promise.all([client.allVms(), client.allVms()]);
      await client.allVms();
      await client.logout();
      return server.calls;
    });
    assert.equal(calls.filter((call) => call === "Login").length, 1);
    assert.equal(calls.filter((call) => call === "Logout").length, 1);
    assert.equal(calls.filter((call) => call === "DestroyView").length, 3);
  });

  test("opens a lost session again, once", () =>
    withServer(
      (method, call) =>
        method === "CreateContainerView" && call === 0 ? faults.NotAuthenticated : healthy(method),
      async (client, server) => {
        assert.equal((await client.allVms()).length, 2);
        assert.equal(server.calls.filter((call) => call === "Login").length, 2);
      },
    ));

  test("does not log in again and again when sessions never last", () =>
    withServer(
      (method) => (method === "CreateContainerView" ? faults.NotAuthenticated : healthy(method)),
      async (client, server) => {
        await assert.rejects(client.allVms(), { message: /the session has ended/ });
        assert.equal(server.calls.filter((call) => call === "Login").length, 2);
      },
    ));

  test("escapes what it sends", () =>
    withServer(healthy, async (client, server) => {
      await client.allVms();
      const login = server.bodies.find((body) => body.includes("<Login"));
      assert.match(login ?? "", /<password>p&quot;&lt;&amp;&gt;&apos;<\/password>/);
    }));

  test("takes a VM that vCenter does not know for absent", () =>
    withServer(healthy, async (client) => {
      assert.equal(await client.findByUuid("423ac0de-0000-4000-8000-000000000009"), undefined);
    }));
});

describe("what goes wrong with vCenter", () => {
  test("wrong credentials name server and user, not the password", () =>
    withServer(
      (method) => (method === "Login" ? faults.InvalidLogin : healthy(method)),
      async (client) => {
        await assert.rejects(client.allVms(), (error: Error) => {
          assert.match(
            error.message,
            /^vCenter 127\.0\.0\.1:\d+: user ops@vsphere\.local is refused: wrong user name or password/,
          );
          assert.ok(!error.message.includes(`p"<&>'`));
          return true;
        });
      },
    ));

  test("an untrusted certificate says how to trust it", () =>
    withServer(
      healthy,
      async (client) => {
        await assert.rejects(client.allVms(), {
          message:
            /its certificate is not trusted \(self-signed certificate\).*NODE_EXTRA_CA_CERTS/,
        });
      },
      false,
    ));

  test("nothing at the address", async () => {
    const client = new VcenterClient({
      server: "127.0.0.1:1",
      user: "u",
      password: "p",
      allowUnverifiedSsl: true,
    });
    await assert.rejects(client.allVms(), {
      message:
        "vCenter 127.0.0.1:1: the connection is refused: check vsphere:vsphereServer (host or host:port)",
    });
  });

  test("something else at the address", async () => {
    await withServer(
      () => undefined,
      (client) =>
        assert.rejects(client.allVms(), { message: /HTTP status 404, but it is no vCenter/ }),
    );
    await withServer(
      () => "<html><body>Welcome</body></html>",
      (client) => assert.rejects(client.allVms(), { message: /answers, but it is no vCenter/ }),
    );
  });

  test("a fault of a method is told in vCenter's words", () =>
    withServer(
      (method) => (method === "Destroy_Task" ? faults.ManagedObjectNotFound : healthy(method)),
      (client) =>
        assert.rejects(client.destroy({ type: "VirtualMachine", value: "vm-999" }), {
          message: /Destroy_Task failed: managed object not found: VirtualMachine:vm-999/,
        }),
    ));
});

test("an envelope has its parameters in order and escaped", () => {
  const text = envelope(
    "FindByUuid",
    { type: "SearchIndex", value: "SearchIndex" },
    { datacenter: undefined, uuid: 'a"<b>&', vmSearch: true },
  );
  assert.match(
    text,
    /<FindByUuid xmlns="urn:vim25"><_this type="SearchIndex">SearchIndex<\/_this><uuid>a&quot;&lt;b&gt;&amp;<\/uuid><vmSearch>true<\/vmSearch><\/FindByUuid>/,
  );
});

test("a failed task names its fault and message", () => {
  const parsed = parseAnswer(
    answer(
      "X",
      '<returnval xmlns:xsi="x"><key>task-1</key><entity type="VirtualMachine">vm-1</entity><state>error</state><descriptionId>VirtualMachine.clone</descriptionId><error><fault xsi:type="NoDiskSpace"><datastore>LocalDS_0</datastore></fault><localizedMessage>Insufficient disk space on datastore</localizedMessage></error></returnval>',
    ),
  );
  assert.ok("values" in parsed);
  const task = parseTask(parsed.values[0]);
  assert.equal(task.state, "error");
  assert.equal(task.operation, "VirtualMachine.clone");
  assert.equal(task.fault, "NoDiskSpace");
  assert.equal(task.error, "Insufficient disk space on datastore");
  assert.deepEqual(task.entity, { type: "VirtualMachine", value: "vm-1" });
});

test("a large answer with many escaped characters is read", () => {
  const line = "&lt;a&gt; &amp; &#34;b&#34; ";
  const parsed = parseAnswer(
    answer("X", `<returnval>${`<v>${line}</v>`.repeat(5000)}</returnval>`),
  );
  assert.ok("values" in parsed);
  assert.equal(textOf(child(parsed.values[0], "v")), '<a> & "b"');
});
