import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseMoment } from "../../../cli/logs/duration";
import { matcher, pageIn, searchBody, type LineFilter } from "../../../cli/logs/query";
import { checked, newest, type LogsOptions } from "../../../cli/logs/run";
import { shown } from "../../../cli/logs/show";

const now = new Date("2026-11-22T12:00:00Z");

void describe("a moment", () => {
  const table: readonly (readonly [string, string | undefined])[] = [
    ["90s", "2026-11-22T11:58:30.000Z"],
    ["15m", "2026-11-22T11:45:00.000Z"],
    ["1h", "2026-11-22T11:00:00.000Z"],
    ["2d", "2026-11-20T12:00:00.000Z"],
    ["1w", "2026-11-15T12:00:00.000Z"],
    ["2026-11-22T10:00:00Z", "2026-11-22T10:00:00.000Z"],
    ["2026-11-22 10:00:00.5+02:00", "2026-11-22T08:00:00.500Z"],
    ["2026-11-22T10:00", new Date("2026-11-22T10:00").toISOString()],
    ["2026-11-22", new Date("2026-11-22T00:00").toISOString()],
    ["10", undefined],
    ["0m", undefined],
    ["1y", undefined],
    ["1.5h", undefined],
    ["yesterday", undefined],
    ["2026-13-01", undefined],
    ["", undefined],
  ];
  for (const [text, expected] of table)
    void test(JSON.stringify(text), () => {
      assert.equal(parseMoment(text, now)?.toISOString(), expected);
    });
});

const plain: LogsOptions = {
  application: "shop",
  environment: "prod",
  system: false,
  follow: false,
  json: false,
};

void describe("the command line", () => {
  void test("of little is an hour, and a thousand lines", () => {
    const { filter, lines } = checked(plain, now);
    assert.equal(filter.since.toISOString(), "2026-11-22T11:00:00.000Z");
    assert.equal(filter.until, undefined);
    assert.equal(lines, 1000);
  });

  void test("is refused with all that is wrong with it", () => {
    const wrong = { since: "10", until: "tomorrow", lines: "0", level: "loud", grep: "/(/" };
    assert.throws(
      () => checked({ ...plain, ...wrong, environment: undefined }, now),
      (error: Error) => {
        for (const said of [
          /name an application and its environment/,
          /--since must be a span such as 90s, 15m, 1h, 2d or 1w, .*got "10"/,
          /--until must be .*got "tomorrow"/,
          /--lines must be a whole number from 1 to 100000; got "0"/,
          /--level must be one of debug, info, warn, error, fatal; got "loud"/,
          /--grep has a regular expression that is none/,
        ])
          assert.match(error.message, said);
        return true;
      },
    );
  });

  const conflicts: readonly (readonly [Partial<LogsOptions>, RegExp])[] = [
    [{ cluster: "prod" }, /either an application or --cluster/],
    [{ system: true }, /--system shows what is no application's/],
    [{ since: "1h", until: "2h" }, /--until must be after --since/],
    [{ follow: true, until: "1m" }, /--follow has no end/],
  ];
  for (const [options, said] of conflicts)
    void test(said.source, () => {
      assert.throws(() => checked({ ...plain, ...options }, now), said);
    });
});

const filter: LineFilter = { terms: {}, system: false, since: new Date(0) };

interface Query {
  readonly query: { readonly bool: { readonly filter: readonly object[] } };
  readonly sort: readonly object[];
}

void describe("the question to the store", () => {
  const filters = (more: Partial<LineFilter>) =>
    (searchBody({ ...filter, ...more }, { size: 5 }) as Query).query.bool.filter.slice(1);

  void test("names what is asked for", () => {
    assert.deepEqual(filters({ terms: { application: "shop", service: "web" } }), [
      { term: { application: "shop" } },
      { term: { service: "web" } },
    ]);
    assert.deepEqual(filters({ system: true }), [{ terms: { source: ["engine", "system"] } }]);
    assert.deepEqual(filters({ level: "warn" }), [
      { terms: { level: ["warn", "error", "fatal"] } },
    ]);
    assert.deepEqual(filters({ node: { name: "workers-1", cluster: "lab" } }), [
      {
        bool: {
          should: [
            { terms: { node: ["workers-1", "lab-workers-1"] } },
            { prefix: { node: "lab-workers-1-g" } },
          ],
        },
      },
    ]);
  });

  void test("asks for the words of a text, and for pieces of words at its ends", () => {
    const asked = (grep: string) => {
      const [filter] = filters({ grep }) as { bool: { should: object[] } }[];
      if (filter === undefined) return undefined;
      const [words, others] = filter.bool.should as { bool: { must: object[] } }[];
      assert.deepEqual(others, { exists: { field: "json" } });
      return words?.bool.must;
    };
    const piece = (value: string) => ({ wildcard: { message: { value } } });
    const whole = (query: string) => ({
      match: { message: { query, operator: "and", zero_terms_query: "all" } },
    });
    assert.deepEqual(asked("Payment"), [piece("*payment*")]);
    assert.deepEqual(asked("order 17"), [piece("*order"), piece("17*")]);
    assert.deepEqual(asked("the Payment of Shop.pay -> failed"), [
      piece("*the"),
      piece("failed*"),
      whole("payment of shop.pay ->"),
    ]);
    assert.deepEqual(asked(" failed "), [whole("failed")]);
    // Where a word ends in these is for the store to say.
    assert.equal(asked("shop.pay"), undefined);
    assert.deepEqual(asked("zu spät"), [piece("*zu")]);
    assert.deepEqual(asked("zu spät dran"), [piece("*zu"), piece("dran*"), whole("spät")]);
    assert.equal(asked("/payment has failed for/"), undefined);
  });

  void test("is for one order, and goes on where a page ended", () => {
    const { sort } = searchBody(filter, { size: 5 }) as Query;
    assert.deepEqual(
      sort.map((each) => Object.keys(each)),
      [["@timestamp"], ["container"], ["order"]],
    );
    const body = searchBody(filter, { size: 5, after: [1, "a", 2], newestFirst: true });
    assert.deepEqual((body as { search_after: unknown }).search_after, [1, "a", 2]);
    assert.match(JSON.stringify(body), /"order":"desc"/);
  });
});

void describe("--grep", () => {
  const line = { message: "Payment FAILED for order 17", json: { user: "anna", cause: "limit" } };
  const table: readonly (readonly [string, boolean])[] = [
    ["payment failed", true],
    ["ORDER 1", true],
    ["anna", true],
    ["order 18", false],
    ["/order \\d+$/", true],
    ["/payment/", false],
    ["/payment/i", true],
    ['/"cause":"limit"/', true],
  ];
  for (const [grep, expected] of table)
    void test(grep, () => {
      assert.equal(matcher(grep)(line), expected);
    });
});

/** Answers in pages, newest first, as the store does. */
function storeOf(count: number) {
  const all = Array.from({ length: count }, (_, index) => ({
    _id: String(index),
    _source: { message: `line ${index}` },
    sort: [index, "c", index],
  })).reverse();
  return {
    search: (body: object) => {
      const { size, search_after: after } = body as { size: number; search_after?: number[] };
      const from =
        after === undefined ? 0 : all.findIndex(({ _id }) => _id === String(after[0])) + 1;
      const hits = all.slice(from, from + size);
      return Promise.resolve(pageIn(JSON.stringify({ hits: { hits } })));
    },
  };
}

void describe("the newest lines", () => {
  const texts = async (count: number, wanted: number, grep?: string) => {
    const { lines, more } = await newest(storeOf(count), { ...filter, grep }, wanted);
    return { ids: lines.map(([id]) => Number(id)), more };
  };

  void test("come in their order, over pages, each once", async () => {
    const { ids, more } = await texts(2500, 2200);
    assert.deepEqual(
      ids,
      Array.from({ length: 2200 }, (_, index) => index + 300),
    );
    assert.equal(more, true);
    assert.deepEqual(await texts(3, 5), { ids: [0, 1, 2], more: false });
    assert.deepEqual(await texts(2000, 2000), {
      ids: Array.from({ length: 2000 }, (_, index) => index),
      more: false,
    });
  });

  void test("are looked for until there are enough that are meant", async () => {
    const { ids, more } = await texts(5000, 2, "/line \\d*000$/");
    assert.deepEqual(ids, [3000, 4000]);
    assert.equal(more, true);
  });
});

void describe("a line for people", () => {
  const line = {
    "@timestamp": "2026-11-22T10:00:00.123456789Z",
    node: "lab-workers-0-g1",
    application: "shop",
    service: "web",
    instance: "shop_web.2.abcdefghijklmnopqrstuvwxy",
    level: "error",
    message: "boom",
    json: { user: 7 },
  };

  void test("has time, node, who wrote it, and what", () => {
    assert.equal(
      shown(line, false),
      '2026-11-22T10:00:00.123Z lab-workers-0-g1 shop/web (2) ERROR boom {"user":7}',
    );
    assert.equal(
      shown({ ...line, instance: "web-7d9f8-x2x4z", json: undefined, level: undefined }, false),
      "2026-11-22T10:00:00.123Z lab-workers-0-g1 shop/web (7d9f8-x2x4z) boom",
    );
    assert.equal(
      shown({ "@timestamp": "2026-11-22T10:00:00Z", unit: "docker.service", message: "up" }, false),
      "2026-11-22T10:00:00Z docker.service up",
    );
  });

  void test("has colours where somebody sees them", () => {
    assert.ok(shown(line, true).includes("\u001b[31mboom\u001b[0m"));
  });

  void test("gives a terminal no orders of an application's", () => {
    assert.equal(shown({ message: "a\u001b[2J\u0007b\nc\td" }, false), "a�[2J�b\nc\td");
  });
});
