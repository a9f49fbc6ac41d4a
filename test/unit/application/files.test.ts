import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { configFiles, secretFiles } from "../../../components/application/files";
import type { ComposeFileObject } from "../../../components/spec";
import { names, project } from "./support/compose";

const data = Buffer.from("hush").toString("base64");
const config = (object: ComposeFileObject, content = data) =>
  configFiles(project({ configs: { c: object } }), { configs: { c: content }, secrets: {} }, names);
const secret = (salt: string, content = data) =>
  secretFiles(
    project({ secrets: { c: { name: "shop_c" } } }),
    { configs: {}, secrets: { c: content } },
    names,
    salt,
  );
const nameOf = ([file]: readonly { readonly name: string }[]) => file?.name ?? "";

describe("a config", () => {
  test("is named by its content, and labelled as docker stack does it", () => {
    const [file, ...others] = config({
      name: "shop_c",
      labels: { a: "b" },
      template_driver: "golang",
    });
    assert.deepEqual(others, []);
    assert.deepEqual(
      { ...file, name: "" },
      {
        key: "c",
        name: "",
        labels: { a: "b", "com.docker.stack.namespace": "shop" },
        data,
        templateDriver: "golang",
      },
    );
    assert.match(file?.name ?? "", /^shop_c-[0-9a-f]{12}$/);
  });

  test("has another name with other content, and as a template", () => {
    const all = [
      config({ name: "shop_c" }),
      config({ name: "shop_c" }, "b3RoZXI="),
      config({ name: "shop_c", template_driver: "golang" }),
    ].map(nameOf);
    assert.equal(new Set(all).size, 3);
    assert.equal(nameOf(config({ name: "shop_c", labels: { a: "b" } })), all[0]);
  });

  test("has a name that Swarm takes, and its own, however long", () => {
    const long = "shop_".padEnd(70, "x");
    const [one, other] = [
      nameOf(config({ name: `${long}1` })),
      nameOf(config({ name: `${long}2` })),
    ];
    assert.equal(one.length, 64);
    assert.notEqual(one, other);
  });

  test("that is external, or has no content, is none of ours", () => {
    assert.deepEqual(config({ name: "theirs", external: true }), []);
    assert.deepEqual(
      configFiles(project({ configs: { c: { name: "x" } } }), { configs: {}, secrets: {} }, names),
      [],
    );
    assert.deepEqual(configFiles(project(), { configs: {}, secrets: {} }, names), []);
  });
});

describe("a secret", () => {
  test("has a name that tells nothing of its value without the salt", () => {
    assert.match(nameOf(secret("s")), /^shop_c-[0-9a-f]{12}$/);
    assert.notEqual(nameOf(secret("s")), nameOf(secret("t")));
    assert.notEqual(nameOf(secret("s")), nameOf(config({ name: "shop_c" })));
  });

  test("keeps its name as long as its value", () => {
    assert.equal(nameOf(secret("s")), nameOf(secret("s")));
    assert.notEqual(nameOf(secret("s")), nameOf(secret("s", "b3RoZXI=")));
  });
});
