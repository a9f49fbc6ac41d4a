import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { gatewayConfiguration } from "../../../components/logging/gatewayConfig";
import { assertGolden } from "../spec/golden";

const golden = path.join(__dirname, "../../fixtures/logging");
const files = { caFile: "/run/ca.pem", certificateFile: "/run/gateway.pem" };

/** How the gateway asks for a store. */
function server(store: string): string {
  const text = gatewayConfiguration({ store, ...files });
  return /server store (.*) check/.exec(text)?.[1] ?? "";
}

describe("the gateway before an OpenSearch", () => {
  test("is what the golden file says", () => {
    const text = gatewayConfiguration({ store: "opensearch.example.org:9200", ...files });
    assertGolden(path.join(golden, "gateway.cfg"), text);
  });

  for (const [store, check] of [
    ["store.logging:9200", " verifyhost store.logging sni str(store.logging)"],
    ["192.0.2.7:9200", ""],
    ["[2001:db8::7]:9200", ""],
  ] as const)
    test(`${store}: ${check === "" ? "the authority" : "the name"} is checked`, () => {
      assert.equal(server(store), `${store} ssl verify required ca-file /run/ca.pem${check}`);
    });
});
