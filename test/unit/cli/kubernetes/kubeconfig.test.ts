import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { parse } from "yaml";
import {
  credentialOf,
  entryFrom,
  type KubeconfigEntry,
} from "../../../../cli/kubernetes/kubeconfig/entry";
import { defaultKubeconfig, writeKubeconfig } from "../../../../cli/kubernetes/kubeconfig/file";
import { mergeKubeconfig } from "../../../../cli/kubernetes/kubeconfig/merge";
import { Authority } from "../../components/support/authority";

const ours: KubeconfigEntry = {
  name: "prod",
  owner: "slipway/prod",
  cluster: { server: "https://10.0.0.9:6443", "certificate-authority-data": "Y2E=" },
  user: { "client-certificate-data": "Y2VydA==", "client-key-data": "a2V5" },
};

interface Kubeconfig {
  readonly clusters: readonly { name: string; cluster: Record<string, unknown> }[];
  readonly users: readonly { name: string; user: Record<string, unknown> }[];
  readonly contexts: readonly { name: string; context: Record<string, unknown> }[];
  readonly "current-context": string;
}

const read = (text: string) => parse(text) as Kubeconfig;

describe("a kubeconfig", () => {
  test("is made where there is none, with its one context as the current one", () => {
    const { text, current } = mergeKubeconfig(undefined, ours);
    const { clusters, users, contexts } = read(text);
    assert.equal(current, "prod");
    assert.equal(clusters[0]?.cluster.server, "https://10.0.0.9:6443");
    assert.equal(users[0]?.user["client-key-data"], "a2V5");
    assert.equal(contexts[0]?.context.cluster, "prod");
    assert.match(text, /^apiVersion: v1\nkind: Config\n/);
  });

  const theirs = `# mine
apiVersion: v1
kind: Config
preferences: {}
clusters:
  - name: other # of the neighbours
    cluster: { server: "https://other:6443" }
users:
  - name: me
    user: { token: t0p }
contexts:
  - name: other
    context: { cluster: other, user: me, namespace: shop }
current-context: other
`;

  test("keeps what else it has, word for word", () => {
    const { text, current } = mergeKubeconfig(theirs, ours);
    assert.equal(current, "other");
    for (const line of [
      "# mine",
      "name: other # of the neighbours",
      "token: t0p",
      "preferences: {}",
    ])
      assert.ok(text.includes(line), line);
    assert.deepEqual(
      read(text).contexts.map(({ name }) => name),
      ["other", "prod"],
    );
  });

  test("has one entry of a cluster however often it is put in, and what people added to it", () => {
    const once = mergeKubeconfig(theirs, ours).text.replace(
      "      user: prod\n",
      "      user: prod\n      namespace: shop\n",
    );
    const renewed = { ...ours, user: { ...ours.user, "client-key-data": "bmV3" } };
    const { users, contexts } = read(mergeKubeconfig(once, renewed).text);
    assert.deepEqual(
      users.map(({ name, user }) => [name, user["client-key-data"] ?? user.token]),
      [
        ["me", "t0p"],
        ["prod", "bmV3"],
      ],
    );
    assert.equal(contexts[1]?.context.namespace, "shop");
  });

  test("never loses an entry of the same name that is somebody else's", () => {
    assert.throws(
      () => mergeKubeconfig(theirs, { ...ours, name: "other" }),
      /cluster other, context other are in the kubeconfig already, and of somebody else/,
    );
    const same = mergeKubeconfig(undefined, ours).text;
    assert.throws(
      () => mergeKubeconfig(same, { ...ours, owner: "slipway/dev", user: {} }),
      /user prod is/,
    );
  });

  test("with empty lists, or of JSON, is taken as kubectl takes it", () => {
    const empty = "apiVersion: v1\nkind: Config\nclusters: null\nusers: []\ncontexts: null\n";
    assert.equal(read(mergeKubeconfig(empty, ours).text).clusters.length, 1);
    const json = JSON.stringify(parse(theirs));
    assert.equal(read(mergeKubeconfig(json, ours).text).users.length, 2);
    assert.equal(read(mergeKubeconfig(" \n", ours).text).users.length, 1);
  });

  const wrong: readonly [string, string, RegExp][] = [
    ["another file", "kind: Deployment\n", /its kind is not Config/],
    ["a text", "hello\n", /its kind is not Config/],
    ["broken YAML", "clusters: [\n", /is no kubeconfig/],
    ["a list that is none", "clusters: 1\n", /clusters is no list/],
  ];
  for (const [title, text, expected] of wrong)
    test(`is not made of ${title}`, () => {
      assert.throws(() => mergeKubeconfig(text, ours), expected);
    });
});

describe("the file of a kubeconfig", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "slipway-kubeconfig-"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  test("is the first that kubectl reads", () => {
    assert.equal(defaultKubeconfig({ KUBECONFIG: ":/a:/b" }), "/a");
    assert.equal(defaultKubeconfig({}), path.join(os.homedir(), ".kube", "config"));
  });

  test("is its owner's alone, where a link leads to it as well", async () => {
    const [file, link] = ["config", "link"].map((name) => path.join(folder, name)) as [
      string,
      string,
    ];
    writeFileSync(file, "", { mode: 0o644 });
    symlinkSync(file, link);
    await writeKubeconfig(link, ours);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(read(readFileSync(file, "utf8")).clusters.length, 1);
    assert.equal(readFileSync(link, "utf8"), readFileSync(file, "utf8"));
  });

  test("stays as it was where it is refused, and nothing is left beside it", async () => {
    const file = path.join(folder, "broken", "config");
    await writeKubeconfig(file, ours);
    writeFileSync(file, "kind: Other\n");
    await assert.rejects(writeKubeconfig(file, ours), /broken\/config: it is no kubeconfig/);
    assert.equal(readFileSync(file, "utf8"), "kind: Other\n");
    writeFileSync(file, "");
    await writeKubeconfig(file, ours);
  });

  test("has every cluster that is put in at the same time", async () => {
    const file = path.join(folder, "many");
    const names = ["a", "b", "c", "d"];
    await Promise.all(
      names.map((name) => writeKubeconfig(file, { ...ours, name, owner: `slipway/${name}` })),
    );
    assert.deepEqual(
      read(readFileSync(file, "utf8"))
        .clusters.map(({ name }) => name)
        .sort(),
      names,
    );
  });
});

describe("the credential of a Pulumi stack", () => {
  test("tells whom it is for, and until when", async () => {
    const authority = await Authority.create();
    const { certificate, key } = await authority.issue();
    const base64 = (text: string) => Buffer.from(text).toString("base64");
    const kubeconfig = JSON.stringify({
      clusters: [{ name: "kubernetes", cluster: ours.cluster }],
      users: [
        {
          name: "one",
          user: { "client-certificate-data": base64(certificate), "client-key-data": base64(key) },
        },
      ],
    });
    const entry = entryFrom(kubeconfig, { name: "prod", owner: "slipway/prod" });
    assert.equal(entry.cluster.server, ours.cluster.server);
    const { holder, days, expires } = credentialOf(entry);
    assert.equal(holder, "one");
    assert.ok(days >= 1 && expires.getTime() > Date.now());
  });

  test("is an error where it is none", () => {
    assert.throws(() => entryFrom("{}", { name: "a", owner: "b" }), /no kubeconfig with a cluster/);
    assert.throws(() => credentialOf({ user: {} }), /no client certificate/);
  });
});
