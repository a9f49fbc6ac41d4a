/** What a user sees when vCenter can't be asked, or has not what the spec names: before any VM is made. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Lab } from "../../lab";
import { Refusals, standUpVcenter, takeDownVcenter, type Attempt } from "../support/refusals";
import { strangers, type Strangers } from "../support/strangers";
import { VcenterInventory } from "../support/vcenterInventory";

const up: Attempt = { command: ["up", "--yes"] };
const upAtOnce: Attempt = { command: ["up", "--yes", "--skip-preview"] };

void describe("vCenter", { timeout: 10 * 60_000, concurrency: true }, () => {
  let lab: Lab;
  const siteOf = (name: string): { readonly site: Refusals } => {
    let site: Refusals | undefined;
    before(async () => {
      site = await Refusals.create(lab, name);
    });
    after(async () => {
      await site?.expectNothingInState();
      await site?.remove();
    });
    return {
      get site() {
        assert.ok(site);
        return site;
      },
    };
  };

  before(async () => {
    lab = await standUpVcenter();
    await prepareInventory(lab);
  });
  after(() => takeDownVcenter(lab));

  void describe("without the objects that the spec names", { concurrency: 1 }, () => {
    const at = siteOf("objects");
    const notFound = (what: string, place: string, property: string) =>
      `vSphere: ${what} was not found in ${place}; correct vsphere.${property} in the cluster's file`;
    const edit = (changes: Readonly<Record<string, string>>) =>
      at.site.write(
        Object.entries(changes).reduce(
          (yml, [from, to]) => yml.replace(from, to),
          at.site.clusterYml,
        ),
      );

    void test("names every one that is missing, in preview, in up, and in an up without preview", async () => {
      await edit({
        "computeCluster: DC0_C0": "computeCluster: DC0_C7\n  resourcePool: containers",
        "datastore: LocalDS_0": "datastore: LocalDS_7",
        "network: VM Network": "network: VM Netwerk",
        "folder: slipway/lab": "folder: slipway/land",
        "template: debian-12": "template: debian-13\n  tags: { owner: nobody, city: Ulm }",
      });
      const says = [
        notFound('compute cluster "DC0_C7"', "datacenter DC0", "computeCluster"),
        notFound('resource pool "containers"', "compute cluster DC0_C7", "resourcePool"),
        notFound('datastore "LocalDS_7"', "datacenter DC0", "datastore"),
        notFound('network "VM Netwerk"', "datacenter DC0", "network"),
        notFound('template "debian-13"', "datacenter DC0", "template"),
        notFound('VM folder "slipway/land"', "datacenter DC0", "folder"),
        'vSphere: tag "nobody" was not found in category owner; correct vsphere.tags.owner',
        'vSphere: tag category "city" was not found; correct vsphere.tags',
      ];
      await at.site.refused(says);
      await at.site.refused(says, up);
      await at.site.refused(says, upAtOnce);
    });

    void test("names a missing datacenter alone, as all else is in it", async () => {
      await edit({ "datacenter: DC0": "datacenter: DC7", "debian-12": "debian-13" });
      const { output } = await at.site.refused([
        'vSphere: datacenter "DC7" was not found; correct vsphere.datacenter',
      ]);
      assert.doesNotMatch(output, /debian-13/);
    });

    void test("names a datastore cluster, a switch in place of a port group, and takes names literally", async () => {
      await edit({
        "datastore: LocalDS_0": "datastoreCluster: LocalDS_0",
        "template: debian-12": 'template: "debian-*"',
      });
      await at.site.refused([
        notFound('datastore cluster "LocalDS_0"', "datacenter DC0", "datastoreCluster"),
        notFound('template "debian-*"', "datacenter DC0", "template"),
      ]);
      await edit({ "network: VM Network": "network: DVS0" });
      await at.site.refused([
        'vSphere: network "DVS0" is a switch, not a port group; name one of its port groups in vsphere.network',
      ]);
    });

    void test("names what is ambiguous, and takes the inventory path that it asks for", async () => {
      const twins = {
        "computeCluster: DC0_C0": "computeCluster: twin-cluster",
        "network: VM Network": "network: twin-network",
        "template: debian-12": "template: twin-template",
      };
      await edit(twins);
      const says = [
        'vSphere: compute cluster "twin-cluster" is ambiguous in datacenter DC0, several objects have that name; give its inventory path in vsphere.computeCluster, as /DC0/host/<folder>/twin-cluster, or rename one',
        'network "twin-network" is ambiguous in datacenter DC0, several objects have that name; give its inventory path in vsphere.network, as /DC0/network/<folder>/twin-network',
        'template "twin-template" is ambiguous in datacenter DC0, several objects have that name; give its inventory path in vsphere.template, as /DC0/vm/<folder>/twin-template',
      ];
      await at.site.refused(says);
      await at.site.refused(says, up);
      await edit({
        "computeCluster: DC0_C0": "computeCluster: /DC0/host/left/twin-cluster",
        "network: VM Network": "network: /DC0/network/left/twin-network",
        "template: debian-12": "template: /DC0/vm/left/twin-template",
      });
      const { code, output } = await at.site.run();
      assert.equal(code, 0, output);
    });

    void test("names an ambiguous datacenter", async () => {
      await edit({ "datacenter: DC0": "datacenter: twin-site" });
      await at.site.refused([
        'vSphere: datacenter "twin-site" is ambiguous, several objects have that name; give its inventory path in vsphere.datacenter, as /<folder>/twin-site',
      ]);
    });

    void test("names a template that does not fit, with the pool and what to do", async () => {
      await edit({ "template: debian-12": "template: two-disks" });
      await at.site.refused([
        'vSphere: template "two-disks" has 2 disks; the standard template has exactly one, data disks come from dataDiskGiB',
      ]);
      await edit({ "template: debian-12": "template: large" });
      const says = [
        'template "large" has a disk of 9 GiB; nodePools.managers.diskGiB is 8, make it at least 9',
        'template "large" has a disk of 9 GiB; nodePools.workers.diskGiB is 8, make it at least 9',
      ];
      await at.site.refused(says);
      await at.site.refused(says, up);
      await edit({ "template: debian-12": "template: debian-12\n  clone: linked" });
      await at.site.refused([
        'template "debian-12" has a disk of 4 GiB, which linked clones share; nodePools.managers.diskGiB is 8, make it 4, or set vsphere.clone to full',
      ]);
    });

    void test("refuses a VM in the template's place where it runs, or has no snapshot to link to", async () => {
      await edit({ "template: debian-12": "template: running" });
      await at.site.refused([
        /vSphere: template "running" is a VM that runs \(it reports the address [\d.]+\); name a template, or a VM that is shut down, in vsphere\.template/,
      ]);
      await at.site.write(
        at.site.clusterYml
          .replace("template: debian-12", "template: plain\n  clone: linked")
          .replaceAll("diskGiB: 8", "diskGiB: 4"),
      );
      await at.site.refused([/must have a snapshot to be used as a linked clone/], up);
    });
  });

  void describe("that can't be asked", { concurrency: 1 }, () => {
    const at = siteOf("connection");
    let others: Strangers;
    before(async () => {
      others = await strangers(lab);
    });
    after(() => {
      others.close();
    });

    void test("refuses a wrong password without showing it, in preview and in up", async () => {
      const env = { VSPHERE_PASSWORD: `wr%ng "p@ss:w/rd' <&` };
      const says = [
        /vCenter 127\.0\.0\.1:\d+ refuses the login; correct the user and the password \(VSPHERE_USER and VSPHERE_PASSWORD, or `pulumi config set vsphere:user …` and `pulumi config set --secret vsphere:password`\)/,
      ];
      await at.site.refused(says, { env });
      await at.site.refused(says, { ...up, env });
    });

    const notThere: readonly [string, Exclude<keyof Strangers, "close">, readonly RegExp[]][] = [
      [
        "refuses the connection",
        "closed",
        [/can't be reached \(connection refused\); check vsphere:vsphereServer or VSPHERE_SERVER/],
      ],
      ["never answers", "mute", [/can't be reached \(TLS handshake timeout\); check vsphere:/]],
      ["speaks no TLS", "plain", [/no vCenter \(.*HTTP response to HTTPS client\); set vsphere:/]],
      ["is another web server", "web", [/but it is no vCenter \(404 Not Found\); set vsphere:/]],
      ["has not started", "starting", [/is not ready \(503 Service Unavailable\); run this again/]],
    ];
    for (const [what, which, says] of notThere) {
      void test(`is told where it ${what}`, async () => {
        const server = others[which];
        await at.site.refused([server, ...says], { env: { VSPHERE_SERVER: server } });
      });
    }

    void test("is told where its certificate is not trusted, and is reached with its authority", async () => {
      const strict = { VSPHERE_ALLOW_UNVERIFIED_SSL: "false" };
      await at.site.refused(
        [
          /the certificate of vCenter 127\.0\.0\.1:\d+ is not trusted \(certificate signed by unknown authority\); name the file of its authority in SSL_CERT_FILE and NODE_EXTRA_CA_CERTS/,
        ],
        { env: strict },
      );
      const authority = lab.env.SLIPWAY_LAB_CA;
      const env = { ...strict, SSL_CERT_FILE: authority, NODE_EXTRA_CA_CERTS: authority };
      const { code, output } = await at.site.run({ env });
      assert.equal(code, 0, output);
    });

    void test("is told together with the SSH key where the settings are missing or malformed", async () => {
      const { VSPHERE_SERVER: server = "" } = lab.env;
      await at.site.refused(
        [
          `vSphere: VSPHERE_SERVER must be vCenter's name, with :port where that is not 443, without https:// and path; got "https://${server}/sdk", set it to ${server}`,
          'vSphere: VSPHERE_USER has a space or a line break at its start or end; got "me@vsphere.local ", set it to me@vsphere.local',
          "vSphere: VSPHERE_PASSWORD has a line break, as a file that was read whole has at its end; set it without",
          'vSphere: VSPHERE_ALLOW_UNVERIFIED_SSL must be true or false; got "yes"',
          "SLIPWAY_SSH_PRIVATE_KEY_FILE: none can't be read: there is no such file; check the path",
        ],
        {
          env: {
            VSPHERE_SERVER: `https://${server}/sdk`,
            VSPHERE_USER: "me@vsphere.local ",
            VSPHERE_PASSWORD: "top-secret\n",
            VSPHERE_ALLOW_UNVERIFIED_SSL: "yes",
            SLIPWAY_SSH_PRIVATE_KEY_FILE: "none",
          },
        },
      );
      const says = ["VSPHERE_SERVER", "VSPHERE_USER", "VSPHERE_PASSWORD"].map(
        (name) => `vSphere: ${name} is not set; set it, or run \`pulumi config set`,
      );
      await at.site.refused([...says, "no SSH key is set; make one with `ssh-keygen"], {
        ...up,
        env: {
          VSPHERE_SERVER: undefined,
          VSPHERE_USER: undefined,
          VSPHERE_PASSWORD: "",
          SLIPWAY_SSH_PRIVATE_KEY_FILE: undefined,
        },
      });
    });
  });

  void describe("is not asked before the SSH key is good, which", { concurrency: 1 }, () => {
    const at = siteOf("key");
    const keyFile = (name: string) => ({ SLIPWAY_SSH_PRIVATE_KEY_FILE: at.site.path(name) });

    void test("may be no key", async () => {
      writeFileSync(at.site.path("text"), "hello\n");
      await at.site.refused(
        [/text is not a private SSH key; make one with `ssh-keygen -t ed25519/],
        {
          env: keyFile("text"),
        },
      );
    });

    void test("may have a passphrase", async () => {
      execFileSync("ssh-keygen", ["-q", "-N", "open sesame", "-f", at.site.path("locked")]);
      const says = [
        /locked is protected by a passphrase, which nobody can type during a deployment/,
      ];
      await at.site.refused(says, { env: keyFile("locked") });
      await at.site.refused(says, { ...up, env: keyFile("locked") });
    });
  });

  void describe("that takes the question and never answers", () => {
    const at = siteOf("silent");

    void test("is given up in time", async () => {
      const others = await strangers(lab);
      try {
        await at.site.refused([/can't be reached \(no answer within 60 s\); check vsphere:/], {
          env: { VSPHERE_SERVER: others.deaf },
          withinSeconds: 100,
        });
      } finally {
        others.close();
      }
    });
  });
});

/** Objects with namesakes, and VMs that are no good templates. */
async function prepareInventory(lab: Lab): Promise<void> {
  const inventory = await VcenterInventory.open(lab.env);
  const vms = await inventory.find("DC0/vm");
  for (const side of ["left", "right"]) {
    await inventory.computeCluster(await inventory.folder("DC0/host", side), "twin-cluster");
    await inventory.portGroup(await inventory.folder("DC0/network", side), "twin-network");
    await inventory.copy("debian-12", await inventory.folder("DC0/vm", side), "twin-template", {
      template: true,
    });
    await inventory.datacenter(await inventory.folder("/", `site-${side}`), "twin-site");
  }
  const asVm = { template: false };
  await inventory.copy("debian-12", vms, "plain", asVm);
  await inventory.addDisk(await inventory.copy("debian-12", vms, "two-disks", asVm), 1);
  await inventory.growDisk(await inventory.copy("debian-12", vms, "large", asVm), 9);
  await inventory.powerOn(await inventory.copy("debian-12", vms, "running", asVm));
  inventory.close();
}
