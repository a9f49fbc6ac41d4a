/** What a store is told, and how it is asked: against a store of these tests that keeps what it gets. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { storeDocuments } from "../../../components/logging/store/documents";
import { healthCommand } from "../../../components/logging/store/config";
import { answerIn, curlConfig, type StoreRequest } from "../../../provider/logStore/curl";
import { applyDocuments, findDocument, stands } from "../../../provider/logStore/documents";
import type { AskStore } from "../../../provider/logStore/ask";
import { isNoAnswerYet } from "../../../provider/logStore/ask";
import { assertGolden } from "../spec/golden";
import { cases, golden, specOf, type LoggingCase } from "./support";

const entrance = {
  url: "https://logging-store:9200",
  caFile: "/ca.pem",
  username: "reader",
  password: 'a"b\\c',
};

void describe("what curl is told", () => {
  void test("is one option a line, in its own quotes", () => {
    const config = curlConfig(entrance, { method: "PUT", path: "/x", body: '{"a":"b\\n"}\n\t' });
    assert.equal(
      config,
      [
        'url = "https://logging-store:9200/x"',
        'request = "PUT"',
        'user = "reader:a\\"b\\\\c"',
        'cacert = "/ca.pem"',
        'connect-to = "logging-store:9200:127.0.0.1:9200"',
        'noproxy = "*"',
        'max-time = "30"',
        'write-out = "\\n%{http_code}"',
        "silent",
        "show-error",
        'header = "Content-Type: application/json"',
        'data-binary = "{\\"a\\":\\"b\\\\n\\"}\\n\\t"',
        "",
      ].join("\n"),
    );
  });

  void test("its answer ends in the status", () => {
    assert.deepEqual(answerIn('{"a":\n1}\n200'), { status: 200, text: '{"a":\n1}' });
    assert.deepEqual(answerIn("\n404"), { status: 404, text: "" });
    for (const broken of ["", "200", "text\n", "text\n000"])
      assert.throws(() => answerIn(broken), /the store gave no answer/);
  });

  void test("the question for its health has no secret, and takes 401 for an answer", () => {
    const command = healthCommand("https://logging-store:9200");
    assert.match(command, /= 401 \]$/);
    assert.doesNotMatch(command, /user|password/);
  });
});

void describe("what stands in a store", () => {
  const table: readonly (readonly [unknown, unknown, boolean])[] = [
    [{ a: 1 }, { a: "1", b: 2 }, true],
    [{ a: { b: [1, { c: true }] } }, { a: { b: ["1", { c: "true", d: 0 }] } }, true],
    [{ a: [1] }, { a: [1, 2] }, false],
    [{ a: {} }, { a: undefined }, false],
    [{ a: 1 }, undefined, false],
    [{ a: false }, { a: "false" }, true],
    [[], {}, false],
  ];
  for (const [wanted, found, expected] of table)
    void test(`${JSON.stringify(wanted)} in ${JSON.stringify(found) || "nothing"}`, () => {
      assert.equal(stands(wanted, found), expected);
    });
});

/** Keeps documents under their paths, and shows them as the real ones do. */
class Store {
  readonly kept = new Map<string, unknown>();
  readonly requests: StoreRequest[] = [];
  status = 200;

  readonly ask: AskStore = (request) => {
    this.requests.push(request);
    const { method, path, body = "" } = request;
    if (this.status !== 200) return Promise.resolve({ status: this.status, text: "no" });
    const [plain = ""] = path.split("?");
    const name = plain.split("/").at(-1) ?? "";
    if (method === "PUT") this.kept.set(plain, JSON.parse(body));
    const found = this.kept.get(plain);
    if (method === "GET" && found === undefined) return Promise.resolve({ status: 404, text: "" });
    const shown = plain.startsWith("/_index_template/")
      ? { index_templates: [{ name, index_template: found }] }
      : plain.startsWith("/_ilm/")
        ? { [name]: { version: 1, ...(found as object | undefined) } }
        : { _seq_no: 7, _primary_term: 2, ...(found as object | undefined) };
    return Promise.resolve({ status: 200, text: JSON.stringify(shown) });
  };

  changes(): readonly string[] {
    return this.requests
      .filter(({ method }) => method !== "GET")
      .map(({ method, path }) => `${method} ${path}`);
  }
}

const documents = (name: LoggingCase) => {
  const spec = specOf(name);
  return storeDocuments({ cluster: "lab", spec, external: spec.external?.kind });
};

void describe("telling a store what to do with lines", () => {
  for (const name of cases) {
    void test(`${name}: is what its file has`, () => {
      assertGolden(
        golden(`${name}.documents.json`),
        `${JSON.stringify(documents(name), null, 2)}\n`,
      );
    });

    void test(`${name}: happens once, and again where somebody has changed it`, async () => {
      const store = new Store();
      const all = documents(name).map(({ key }) => key);
      assert.deepEqual(await applyDocuments(store.ask, documents(name)), all);
      assert.deepEqual(await applyDocuments(store.ask, documents(name)), []);
      const [first] = documents(name);
      store.kept.delete(first?.path ?? "");
      assert.deepEqual(await applyDocuments(store.ask, documents(name)), [first?.key]);
    });
  }

  void test("a policy of Index State Management is overwritten by who knows it, and put over the indexes that there are", async () => {
    const store = new Store();
    await applyDocuments(store.ask, documents("opensearch"));
    store.kept.set("/_plugins/_ism/policies/slipway-logs-lab", { policy: { states: [] } });
    store.requests.length = 0;
    await applyDocuments(store.ask, documents("opensearch"));
    assert.deepEqual(store.changes(), [
      "PUT /_plugins/_ism/policies/slipway-logs-lab?if_seq_no=7&if_primary_term=2",
      "POST /_plugins/_ism/add/slipway-logs-lab.*",
      "POST /_plugins/_ism/change_policy/slipway-logs-lab.*",
    ]);
  });

  void test("a refusal is told with its reason, and is no absence", async () => {
    const store = new Store();
    for (const [status, said] of [
      [401, /HTTP 401 .*it does not know the user/],
      [403, /HTTP 403 .*lacks a right/],
      [500, /HTTP 500/],
    ] as const) {
      store.status = status;
      await assert.rejects(applyDocuments(store.ask, documents("plain")), said);
    }
    assert.deepEqual(store.changes(), []);
    store.status = 404;
    assert.equal(await findDocument(store.ask, { path: "/x", at: [] }), undefined);
  });

  void test("a store that is starting is waited for, and one that refuses is not", async () => {
    const store = new Store();
    const failure = async (status: number) => {
      store.status = status;
      return findDocument(store.ask, { path: "/x", at: [] }).catch((error: unknown) => error);
    };
    for (const status of [429, 502, 503, 504]) assert.ok(isNoAnswerYet(await failure(status)));
    for (const status of [400, 401, 403, 500]) assert.ok(!isNoAnswerYet(await failure(status)));
  });
});
