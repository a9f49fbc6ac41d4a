import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseResolvers } from "../../../lab/engine/network";
import { labEnvironment, parseEnvironment, renderEnvironment } from "../../../lab/environment";
import { labLayout } from "../../../lab/layout";

describe("the lab's environment", () => {
  const endpoints = { vcenter: "127.0.0.1:18443", control: "127.0.0.1:18480" };
  const env = labEnvironment(labLayout("/srv/lab"), {
    endpoints,
    password: "pa'ss",
    toolsBin: "/tools/bin",
    orchestrator: "kubernetes",
  });

  test("has the tool chain first on the PATH, once", () => {
    const path = env.PATH ?? "";
    assert.ok(path.startsWith("/tools/bin:"));
    assert.equal(path.split(":").filter((each) => each === "/tools/bin").length, 1);
  });

  test("keeps Pulumi's home and state in LAB_DIR", () => {
    assert.equal(env.PULUMI_HOME, "/srv/lab/pulumi");
    assert.equal(env.PULUMI_BACKEND_URL, "file:///srv/lab/state?metadata=skip");
  });

  test("is read back as it was written, whatever is in it", () => {
    assert.deepEqual(parseEnvironment(renderEnvironment(env)), env);
    assert.match(renderEnvironment({ A: "it's $HOME" }), /^export A='it'\\''s \$HOME'\n$/);
  });
});

describe("name servers for machines", () => {
  test("are the host's, without those that only the host itself can ask", () => {
    const text =
      "# by hand\nnameserver 127.0.0.53\nnameserver 192.0.2.53\nsearch a.example b.example\n";
    assert.deepEqual(parseResolvers(text), {
      servers: ["192.0.2.53"],
      search: "a.example b.example",
    });
    assert.deepEqual(parseResolvers("nameserver 127.0.0.1\n"), { servers: [], search: "" });
  });
});
