import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { load, problems } from "./project";

const file = (podSecurity: string, volume: string) => ({
  "stack.yml": `x-slipway: { podSecurity: ${podSecurity} }
services:
  web: { image: web, volumes: ["data:/data"] }
volumes:
  data: { x-slipway: ${volume} }
`,
});

describe("what a file says for Kubernetes", () => {
  test("is in the project, sizes in bytes", () => {
    const { project } = load(file("restricted", "{ size: 20G, shared: true }"));
    assert.equal(project["x-slipway"]?.podSecurity, "restricted");
    assert.deepEqual(project.volumes?.data?.["x-slipway"], { size: "21474836480", shared: true });
  });

  test("is told at its place where it is nothing that Kubernetes knows", () => {
    const [level, size, ...others] = problems(file("strict", "{ size: much }"));
    assert.match(level ?? "", /^stack\.yml:1:27 x-slipway\.podSecurity: .*"strict"/);
    assert.match(size ?? "", /^stack\.yml:5:\d+ volumes\.data\.x-slipway\.size: .*"much"/);
    assert.deepEqual(others, []);
  });
});
