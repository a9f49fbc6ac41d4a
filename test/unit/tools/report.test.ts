import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { officialHint, table } from "../../../tools/report";

const official = { source: "official", file: "" } as const;
const pulumi = { name: "pulumi", version: "3.250.0" };
const vsphere = { name: "pulumi-resource-vsphere", version: "4.10.0" };

describe("the list of parts", () => {
  test("has one line for each, in columns", () => {
    assert.equal(
      table([
        { ...pulumi, ...official },
        { ...vsphere, source: "missing" },
      ]),
      "pulumi                   3.250.0   official\npulumi-resource-vsphere  4.10.0    missing",
    );
  });
});

describe("the way to official programs", () => {
  test("is told in one line for what is not official", () => {
    const [line, ...more] = officialHint([
      { ...pulumi, source: "missing" },
      { ...vsphere, source: "cached build", file: "" },
    ]);
    assert.deepEqual(more, []);
    assert.match(
      line ?? "",
      /Pulumi 3\.250\.0 on the PATH .*pulumi plugin install resource vsphere 4\.10\.0; then make setup$/,
    );
  });

  test("is not told where everything is official", () => {
    assert.deepEqual(
      officialHint([
        { ...pulumi, ...official },
        { ...vsphere, ...official },
      ]),
      [],
    );
  });
});
