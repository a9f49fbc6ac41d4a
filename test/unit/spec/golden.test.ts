import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { loadCluster, renderProblem, type Problem } from "../../../components/spec";
import { assertGolden, fixtures, shownError, yamlFiles } from "./golden";

const clusterVariables = {
  NAME: "shop",
  MANAGERS: "3",
  ENGINE: "20.10",
};

function shown(warnings: readonly Problem[]): string[] {
  return warnings.map((warning) => renderProblem(warning).replaceAll(`${fixtures}/`, ""));
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2).replaceAll(`${fixtures}/`, "")}\n`;
}

describe("a bad cluster.yml is refused with every problem, its place and its cure", () => {
  for (const name of yamlFiles("cluster")) {
    test(name, () => {
      const file = path.join(fixtures, "cluster", name);
      assertGolden(
        `${file}.txt`,
        shownError(() => loadCluster(`${file}.yml`, { variables: {} })),
      );
    });
  }
});

describe("a good cluster.yml becomes a whole spec with its defaults", () => {
  for (const name of yamlFiles("good")) {
    test(name, () => {
      const file = path.join(fixtures, "good", name);
      const { spec, warnings } = loadCluster(`${file}.yml`, { variables: clusterVariables });
      for (const certificate of spec.os.caCertificates) {
        assert.match(certificate.pem, /^-----BEGIN CERTIFICATE-----\n/);
      }
      const os = { ...spec.os, caCertificates: spec.os.caCertificates.map((ca) => ca.path) };
      assertGolden(`${file}.json`, json({ spec: { ...spec, os }, warnings: shown(warnings) }));
    });
  }
});
