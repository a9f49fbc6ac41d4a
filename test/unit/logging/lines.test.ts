/** Grafana's questions for lines, asked of the real OpenSearch as the account that Grafana has. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { dashboards } from "../../../components/grafana/dashboards";
import { lineQueries } from "../../../components/grafana/dashboards/queries";
import { passwordOf } from "../../../components/logging/accounts";
import { indexPattern, indexPrefix } from "../../../components/logging/indexes";
import { users } from "../../../components/logging/names";
import { securityFiles } from "../../../components/logging/store/config";
import { storeDocuments } from "../../../components/logging/store/documents";
import { waitUntil } from "../../../lab/host/process";
import { temporaryFolder } from "../../support/logging/folder";
import { OpenSearch } from "../../support/logging/opensearch";
import { everything } from "../grafana/settings";
import { specOf } from "./support";

const folder = temporaryFolder("lines");
const cluster = "lab";
const seed = "seed-of-the-tests";
const day = "2026.11.22";

/** Lines of two applications and of the system. */
const lines = [
  {
    application: "shop-dev",
    service: "web",
    source: "container",
    level: "error",
    message: "payment failed",
  },
  { application: "shop-dev", service: "web", source: "container", message: "says no level" },
  { application: "other", service: "api", source: "container", level: "info", message: "well" },
  { source: "system", level: "warn", unit: "ssh.service", message: "somebody has come" },
] as const;

/** The body that Grafana's data source makes of a query for lines. */
function search(lucene: string): string {
  const body = {
    size: 500,
    query: {
      bool: {
        filter: [
          {
            range: {
              "@timestamp": {
                format: "epoch_millis",
                gte: Date.UTC(2026, 10, 22),
                lte: Date.UTC(2026, 10, 23),
              },
            },
          },
          { query_string: { analyze_wildcard: true, query: lucene } },
        ],
      },
    },
    sort: [
      { "@timestamp": { order: "desc", unmapped_type: "boolean" } },
      { _doc: { order: "desc" } },
    ],
    script_fields: {},
    docvalue_fields: ["@timestamp"],
    highlight: {
      fields: { "*": {} },
      pre_tags: ["@HIGHLIGHT@"],
      post_tags: ["@/HIGHLIGHT@"],
      fragment_size: 2 ** 31 - 1,
    },
  };
  const header = {
    search_type: "query_then_fetch",
    ignore_unavailable: true,
    index: indexPattern(cluster),
  };
  return `${JSON.stringify(header)}\n${JSON.stringify(body)}\n`;
}

interface Answer {
  readonly error?: unknown;
  readonly hits?: { readonly hits: readonly { readonly _source: { readonly message: string } }[] };
}

void describe("lines in Grafana", () => {
  let store: OpenSearch;
  const reader = { user: users.reader, password: passwordOf("reader", seed) };
  const asReader = (method: string, where: string, body?: string) =>
    store.ask(method, where, body, reader);
  const found = async (lucene: string): Promise<readonly string[]> => {
    const { responses } = (await asReader(
      "POST",
      "/_msearch?max_concurrent_shard_requests=5",
      search(lucene),
    )) as { responses: readonly Answer[] };
    assert.equal(responses[0]?.error, undefined, JSON.stringify(responses));
    return (responses[0]?.hits?.hits ?? []).map(({ _source }) => _source.message).sort();
  };

  before(async () => {
    store = await OpenSearch.prepare(folder, 29210, {
      admin: { user: users.admin, password: passwordOf("admin", seed) },
      files: securityFiles(cluster, seed),
    });
    store.start();
    const answers = async () => (await store.ask("GET", "/").catch(() => undefined)) !== undefined;
    assert.ok(await waitUntil(answers, 300_000, 1000), "the store does not answer");
    for (const { path, body } of storeDocuments({ cluster, spec: specOf("plain") }))
      await store.ask("PUT", path, JSON.stringify(body));
    for (const [at, line] of lines.entries())
      await store.ask("PUT", `/${indexPrefix(cluster)}${day}/_create/${at}`, {
        "@timestamp": `2026-11-22T12:00:0${at}Z`,
        cluster,
        ...line,
      });
    await store.ask("POST", `/${indexPattern(cluster)}/_refresh`);
  });

  after(() => store.stop());

  test("every query of the dashboards is answered", async () => {
    const all = lineQueries(dashboards(everything("swarm")), {
      application: String.raw`shop\-dev`,
      node: "",
    });
    assert.ok(all.length > 10);
    for (const { place, lucene } of all)
      await found(lucene).catch((error: unknown) => assert.fail(`${place}: ${String(error)}`));
  });

  for (const [lucene, expected] of [
    ["* AND * AND *", ["payment failed", "says no level", "somebody has come", "well"]],
    ["* AND level:(error OR fatal) AND *", ["payment failed"]],
    ["source:system AND * AND *", ["somebody has come"]],
    ['* AND * AND application:"shop-dev"', ["payment failed", "says no level"]],
    // As Grafana writes the value of a variable.
    [String.raw`application:"shop\-dev" AND *`, ["payment failed", "says no level"]],
    ["* AND * AND message:payment", ["payment failed"]],
  ] as const)
    test(`finds ${expected.length} lines for ${lucene}`, async () => {
      assert.deepEqual(await found(lucene), expected);
    });

  test("who the store is, how it is, and which fields there are, the account may ask", async () => {
    const { version } = (await asReader("GET", "/")) as { version: { distribution: string } };
    assert.equal(version.distribution, "opensearch");
    const health = await asReader("GET", "/_cluster/health?wait_for_status=yellow");
    assert.notEqual((health as { status: string }).status, "red");
    await asReader("GET", `/${indexPattern(cluster)}/_mapping`);
    const { fields } = (await asReader(
      "GET",
      `/${indexPattern(cluster)}/_field_caps?fields=*`,
    )) as { fields: Readonly<Record<string, unknown>> };
    assert.ok("application" in fields && "level" in fields);
  });

  test("and change nothing", async () => {
    await assert.rejects(asReader("PUT", `/${indexPrefix(cluster)}2026.11.23`), / 403 /);
    await assert.rejects(
      asReader("POST", `/${indexPrefix(cluster)}${day}/_doc`, '{"message":"mine"}'),
      / 403 /,
    );
  });
});
