import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { loadCluster, loadCompose, parseCluster, supportFindings } from "../../../components/spec";
import { fixtures } from "./golden";

const stacks = path.join(__dirname, "../../../stacks");
const variables = {
  SLIPWAY_LAB_CA: path.join(fixtures, "files/ca.pem"),
  SLIPWAY_LAB_REGISTRY: "10.89.0.1:5000",
};

describe("the examples under stacks/ load without a warning", () => {
  for (const name of ["lab", "kubernetes", "dev", "prod", "hosts"]) {
    test(name, () => {
      const { warnings } = loadCluster(path.join(stacks, name, "cluster.yml"), { variables });
      assert.deepEqual(warnings, []);
    });
  }

  test("that of docs/kubernetes.md", () => {
    const page = readFileSync(path.join(stacks, "../docs/kubernetes.md"), "utf8");
    const [, text = ""] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    assert.deepEqual(parseCluster("docs/kubernetes.md", text).warnings, []);
  });

  test("hello", () => {
    const file = path.join(stacks, "hello/stack.yml");
    const { project, warnings } = loadCompose([file], {
      projectName: "hello",
      variables: { REGISTRY: "10.89.0.1:5000", VERSION: "1.0.0" },
    });
    assert.deepEqual(warnings, []);
    assert.deepEqual(supportFindings(project, "swarm", path.dirname(file)), []);
    assert.equal(project.services.web?.image, "10.89.0.1:5000/hello:1.0.0");
    assert.deepEqual(project.services.web.ports, [
      { target: 8080, published: "8080", protocol: "tcp", mode: "host" },
    ]);
    assert.equal(project.services.api?.deploy?.replicas, 2);
  });
});

test("the lab's cluster says how to load its environment where that is missing", () => {
  assert.throws(() => loadCluster(path.join(stacks, "lab/cluster.yml"), { variables: {} }), {
    name: "SpecError",
    message: /caCertificates\[0\]: needs the variable SLIPWAY_LAB_CA: .*make -s env/,
  });
});
