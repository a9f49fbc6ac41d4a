import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  environmentHash,
  packPlan,
  planHash,
  portable,
  unpackPlan,
} from "../../../components/application";
import type { ComposeProject } from "../../../components/spec";
import { plan, project, service } from "./support/compose";

/** The same project as two machines have loaded it. */
const loadedIn = (folder: string): ComposeProject =>
  project({
    services: {
      web: service({
        env_file: [`${folder}/web.env`],
        label_file: [`${folder}/labels`],
        build: { context: folder },
        environment: { A: "1" },
      }),
    },
    configs: { settings: { name: "shop_settings", file: `${folder}/settings` } },
    secrets: { key: { name: "shop_key", file: `${folder}/key` } },
  });
const contents = {
  configs: { settings: Buffer.from("a=1").toString("base64") },
  secrets: { key: Buffer.from("hush").toString("base64") },
};
const planIn = (folder: string) => plan(loadedIn(folder), contents);

describe("a plan", () => {
  test("holds nothing that only means something where it was made", () => {
    assert.deepEqual(portable(loadedIn("/home/a")), portable(loadedIn("/builds/b")));
    assert.deepEqual(portable(loadedIn("/home/a")).services.web?.environment, { A: "1" });
    assert.equal(packPlan(planIn("/home/a")), packPlan(planIn("/builds/b")));
    assert.equal(planHash(planIn("/home/a"), "s"), planHash(planIn("/builds/b"), "s"));
  });

  test("comes back out of the state as it was put in", () => {
    const whole = planIn("/home/a");
    const back = unpackPlan(packPlan(whole));
    assert.deepEqual(back, { ...whole, project: portable(whole.project) });
    assert.equal(planHash(back, "s"), planHash(whole, "s"));
  });

  test("is the same whatever the order of names in the file", () => {
    const { web = service() } = loadedIn("/a").services;
    const one = plan(project({ services: { web, api: service({ image: "api:1" }) } }));
    const other = plan(project({ services: { api: service({ image: "api:1" }), web } }));
    assert.equal(planHash(one, "s"), planHash({ ...other, versioned: one.versioned }, "s"));
  });

  test("is another one with another version, image, config or secret, and under another salt", () => {
    const one = planIn("/a");
    const changes = [
      { applicationVersion: "2.0.0" },
      { images: {} },
      { configs: {} },
      { secrets: { key: Buffer.from("other").toString("base64") } },
    ];
    const hashes = changes.map((change) => planHash({ ...one, ...change }, "s"));
    assert.equal(new Set([...hashes, planHash(one, "s"), planHash(one, "t")]).size, 6);
  });
});

describe("an environment", () => {
  const hash = (of: ComposeProject, configs = contents.configs) => environmentHash(of, configs);

  test("is the same in every checkout, and in any order", () => {
    assert.equal(hash(loadedIn("/home/a")), hash(loadedIn("/builds/b")));
    const { services, ...rest } = loadedIn("/home/a");
    assert.equal(hash({ services, ...rest }), hash({ ...rest, services }));
  });

  test("changes with the file and with the content of configs", () => {
    const first = hash(loadedIn("/a"));
    assert.notEqual(hash({ ...loadedIn("/a"), services: { web: service() } }), first);
    assert.notEqual(hash(loadedIn("/a"), { settings: "other" }), first);
  });

  test("does not change with values of secrets, which are rotated", () => {
    const values = [planIn("/a"), { ...planIn("/a"), secrets: { key: "x" } }].map(
      ({ project: of, configs }) => environmentHash(of, configs),
    );
    assert.equal(values[0], values[1]);
  });
});
