/** What a user sees of a mistake in the spec file or in the configuration: all of it, at its place, before vCenter is asked. */
import { mkdir, rm } from "node:fs/promises";
import { after, afterEach, before, describe, test } from "node:test";
import type { Lab } from "../../lab";
import { Refusals, standUpVcenter, takeDownVcenter } from "../support/refusals";

const broken = `kind: Cluster
name: spec
version: 1.0.0
orchestrator: swarm
vsphere:
  datacenter: DC0
  computeCluster: DC0_C0
  datastor: LocalDS_0
  network: VM Network
  folder: slipway/lab
  template: debian-12
access:
  user: ops
nodePools:
  managers:
    role: manager
    count: 2
    numCpus: two
    memoryMiB: 1024
    diskGiB: 8
    network: { addresses: [10.89.0.10, 10.89.1.11], prefixLength: 24, gateway: 10.89.0.1 }
  workers:
    role: worker
    count: 1
    numCpus: 1
    memoryMiB: 1024
    diskGiB: 8
    network: { addresses: [10.89.0.10], prefixLength: 24, gateway: 10.89.0.1 }
engine:
  version: "20.10"
`;
const everyMistake = [
  /cluster\.yml:5:1 vsphere\.datastore: is missing; add it, for example `datastore: /,
  'cluster.yml:8:3 vsphere.datastor: is not known here; did you mean "datastore"?',
  "cluster.yml:17:12 nodePools.managers.count: must be odd to keep quorum; got 2, use 1, 3, 5 or 7",
  'cluster.yml:18:14 nodePools.managers.numCpus: must be a whole number; got the text "two", for example',
  /cluster\.yml:21:40 .*addresses\[1\]: is 10\.89\.1\.11, outside the gateway's network 10\.89\.0\.0\/24; use an address inside it/,
  /cluster\.yml:28:28 .*addresses\[0\]: .*10\.89\.0\.10/,
];

void describe("a mistake in the spec", { timeout: 10 * 60_000, concurrency: true }, () => {
  let lab: Lab;
  before(async () => {
    lab = await standUpVcenter();
  });
  after(() => takeDownVcenter(lab));

  void describe("file", { concurrency: 1 }, () => {
    let site: Refusals;
    before(async () => {
      site = await Refusals.create(lab, "spec");
    });
    after(async () => {
      await site.expectNothingInState();
      await site.remove();
    });

    void test("is told with all the others, each with its place and its cure, by preview and by up", async () => {
      await site.write(broken);
      await site.refused(everyMistake);
      await site.refused(everyMistake, { command: ["up", "--yes"] });
      await site.refused(everyMistake, { command: ["up", "--yes", "--skip-preview"] });
    });

    for (const [what, change, says] of [
      [
        "no manager",
        (yml: string) => yml.replace("count: 3", "count: 0"),
        /cluster\.yml:\d+:12 nodePools\.managers\.count: .*1, 3, 5 or 7/,
      ],
      [
        "a pool's name a second time",
        (yml: string) => yml.replace("  workers:", "  managers:"),
        /cluster\.yml:\d+:3 has the name managers a second time/,
      ],
      ["nothing", () => "", "cluster.yml:1:1 is empty; write a spec"],
      [
        "no YAML",
        (yml: string) => yml.replace("kind: Cluster", "kind: [Cluster"),
        /cluster\.yml:\d+:\d+ is not valid YAML/,
      ],
      [
        "a tab as indentation",
        (yml: string) => yml.replace("  user: ops", "\tuser: ops"),
        /cluster\.yml:\d+:1 is indented by a tab, which YAML does not allow; use spaces/,
      ],
      [
        "a host's name twice",
        () => `kind: Cluster
name: spec
version: 1.0.0
orchestrator: swarm
hosts:
  - { address: 10.1.2.3, name: one, pool: managers, hostKey: "SHA256:${"A".repeat(43)}" }
  - { address: 10.1.2.4, name: one, pool: managers, hostKey: "SHA256:${"B".repeat(43)}" }
  - { address: 10.1.2.5, name: two, pool: managers, hostKey: "SHA256:${"C".repeat(43)}" }
access: { user: ops }
nodePools:
  managers: { role: manager }
`,
        /cluster\.yml:7:\d+ hosts\[1\]\.name: .*one/,
      ],
    ] as const) {
      void test(`is told where the file has ${what}`, async () => {
        await site.write(change(site.clusterYml));
        await site.refused([says]);
      });
    }
  });

  void describe("configuration", { concurrency: 1 }, () => {
    let site: Refusals;
    before(async () => {
      site = await Refusals.create(lab, "spec-config");
    });
    afterEach(() => site.config("set", "slipway:spec", "cluster.yml"));
    after(async () => {
      await site.expectNothingInState();
      await site.remove();
    });

    void test("is told where the file does not exist", async () => {
      await site.config("set", "slipway:spec", "clutser.yml");
      await site.refused([/"clutser\.yml", which the configuration .* does not exist in \//]);
    });

    void test("is told where the file is a folder", async () => {
      await mkdir(site.path("folder"));
      await site.config("set", "slipway:spec", "folder");
      await site.refused(["folder:1:1 can't be read: it is a folder; name the file in it"]);
      await rm(site.path("folder"), { recursive: true });
    });

    void test("is told where no file is named", async () => {
      await site.config("rm", "slipway:spec");
      await site.refused([
        "this Pulumi stack names no spec; for a cluster run `pulumi config set slipway:spec ",
      ]);
    });

    void test("is told where a key is mistyped, with the right one", async () => {
      await site.config("set", "vsphere:server", "vcenter.example.com");
      await site.config("set", "slipway:sshPrivatKey", "x");
      await site.refused([
        "vsphere:server is not known to a cluster; did you mean vsphere:vsphereServer? Remove it with `pulumi config rm vsphere:server`",
        "slipway:sshPrivatKey is not known to a cluster; did you mean slipway:sshPrivateKey?",
      ]);
      await site.config("rm", "vsphere:server");
      await site.config("rm", "slipway:sshPrivatKey");
    });
  });
});
