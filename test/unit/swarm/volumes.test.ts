import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { localData, refusal, sizeInWords, type Volume } from "../../../provider/swarm/volumes";

function volume(name: string, more: Partial<Volume> = {}): Volume {
  return { name, driver: "local", scope: "local", options: {}, labels: {}, ...more };
}

void describe("volumes that keep a machine from being removed", () => {
  const cases: [title: string, volume: Volume, isData: boolean][] = [
    ["a named volume", volume("shop_data"), true],
    ["a volume without a scope (old engines)", volume("shop_data", { scope: undefined }), true],
    [
      "a named volume on a folder of the host",
      volume("data", { options: { type: "none", o: "bind", device: "/srv/data" } }),
      true,
    ],
    ["a file system of the host's own disk", volume("data", { options: { type: "ext4" } }), true],
    ["a plugin's volume on this host only", volume("fast", { driver: "lvm" }), true],
    [
      "a plugin's volume that every host sees",
      volume("san", { driver: "vsphere", scope: "global" }),
      false,
    ],
    ["an anonymous volume", volume("0123456789abcdef".repeat(4)), false],
    ["a name that only looks anonymous", volume("0123456789abcdef".repeat(3)), true],
    ["an NFS share", volume("share", { options: { type: "nfs", o: "addr=10.0.0.1,rw" } }), false],
    ["a CIFS share", volume("share", { options: { type: "cifs" } }), false],
    ["memory", volume("cache", { options: { type: "tmpfs" } }), false],
    ["declared ephemeral", volume("cache", { labels: { "slipway.ephemeral": "true" } }), false],
    ["declared not ephemeral", volume("cache", { labels: { "slipway.ephemeral": "false" } }), true],
  ];
  for (const [title, one, isData] of cases) {
    void test(`${title}: ${isData ? "holds data" : "is no obstacle"}`, () => {
      assert.equal(localData([one]).length === 1, isData);
    });
  }

  void test("the refusal names volume, size and users, and says what to do", () => {
    const text = refusal("workers-1", [
      volume("shop_data", { sizeBytes: 12 * 1024 * 1024 + 5, usedBy: ["service shop_store"] }),
    ]);
    assert.match(
      text,
      /^workers-1 holds volume "shop_data" \(12 MiB, used by service shop_store\)\. Removing the machine would destroy it\./,
    );
    assert.match(text, /docker volume rm/);
    assert.match(text, /ephemeralVolumes: true/);
  });

  void test("the refusal lists every volume, also those of which nothing more is known", () => {
    assert.match(
      refusal("workers-1", [volume("a"), volume("b")]),
      /holds volumes "a", "b"\..*destroy them/,
    );
  });

  void test("sizes read well", () => {
    const sizes = [0, 1, 1023, 1024, 1536, 12 * 2 ** 20, 2.5 * 2 ** 30, 3 * 2 ** 50];
    assert.deepEqual(sizes.map(sizeInWords), [
      "0 bytes",
      "1 bytes",
      "1023 bytes",
      "1.0 KiB",
      "1.5 KiB",
      "12 MiB",
      "2.5 GiB",
      "3072 TiB",
    ]);
  });
});
