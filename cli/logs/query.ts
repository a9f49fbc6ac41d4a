/** What the store is asked for lines, and what it answers. */
import { fields, levels, sources, type Level } from "../../components/logging/record";

export interface LineFilter {
  /** Names of fields and what they must be. */
  readonly terms: Readonly<Partial<Record<keyof typeof fields, string>>>;
  /** Host name of a node, or the name of its machine in this cluster. */
  readonly node?: { readonly name: string; readonly cluster: string };
  /** Lines of the system and of the engine, and none of containers'. */
  readonly system: boolean;
  /** As grave as this, or graver. */
  readonly level?: Level;
  /** A text that is in the line, or a regular expression between slashes. */
  readonly grep?: string;
  readonly since: Date;
  readonly until?: Date;
}

/** Where a page ends: values of the sort. */
export type Cursor = readonly (string | number)[];

/** A document, as far as it is shown. */
export type Line = Readonly<Record<string, unknown>>;

export interface Page {
  /** By their ids, in their order. */
  readonly lines: readonly (readonly [id: string, line: Line])[];
  /** Of the last line; absent where there is none. */
  readonly cursor?: Cursor;
}

const sortFields = [fields.time, fields.container, fields.order] as const;
/** For an index that was made before there was a template. */
const unmappedTypes = {
  [fields.time]: "date",
  [fields.container]: "keyword",
  [fields.order]: "long",
} as const;

/**
 * A search for lines in the order of their time, and in the order in which each container wrote them.
 *
 * @param newestFirst for the last lines: the page has to be turned round
 */
export function searchBody(
  { terms, node, system, level, grep, since, until }: LineFilter,
  {
    size,
    after,
    newestFirst = false,
  }: {
    readonly size: number;
    readonly after?: Cursor;
    readonly newestFirst?: boolean;
  },
): object {
  const order = newestFirst ? "desc" : "asc";
  return {
    size,
    track_total_hits: false,
    sort: sortFields.map((field) => ({
      [field]: {
        order,
        // Lines of the journal are no container's: a value that can be given back as the end of a page.
        ...(field !== fields.time && { missing: field === fields.order ? 0 : "" }),
        unmapped_type: unmappedTypes[field],
      },
    })),
    ...(after !== undefined && { search_after: after }),
    query: {
      bool: {
        filter: [
          {
            range: {
              [fields.time]: {
                gte: since.toISOString(),
                ...(until !== undefined && { lt: until.toISOString() }),
              },
            },
          },
          ...Object.entries(terms).map(([name, value]) => ({
            term: { [fields[name as keyof typeof fields]]: value },
          })),
          ...(node === undefined ? [] : [onNode(node)]),
          ...(system ? [{ terms: { [fields.source]: [sources.engine, sources.system] } }] : []),
          ...(level === undefined
            ? []
            : [{ terms: { [fields.level]: levels.slice(levels.indexOf(level)) } }]),
          ...wordsOf(grep),
        ],
      },
    },
  };
}

/** The host name of a VM has the generation of its machine behind it. */
function onNode({ name, cluster }: { readonly name: string; readonly cluster: string }): object {
  const machine = `${cluster}-${name}`;
  return {
    bool: {
      should: [
        { terms: { [fields.node]: [name, machine] } },
        { prefix: { [fields.node]: `${machine}-g` } },
      ],
    },
  };
}

/**
 * What the store can do of a search for a text; the rest is looked for here, in what it has found. Its index has the words of
 * a message, by Unicode's rules, in small letters. What stands between blanks has whole words, whatever they are; the first and
 * the last part may be pieces of longer ones, and of ASCII's letters and digits they are pieces of one. (A word of more than
 * 255 letters is several to the store, and not found by what lies across.) Lines with members of JSON beside their message
 * are all looked through here. Of a regular expression the store can do nothing.
 */
function wordsOf(grep: string | undefined): readonly object[] {
  if (grep === undefined || patternIn(grep) !== undefined) return [];
  const parts = grep.toLowerCase().split(/[ \t\r\n]+/);
  const [first = "", last = ""] = [parts[0], parts.at(-1)];
  const whole = parts.slice(1, -1).join(" ");
  const pieces =
    parts.length === 1
      ? [[first, `*${first}*`]]
      : [
          [first, `*${first}`],
          [last, `${last}*`],
        ];
  const must = [
    ...pieces
      .filter(([piece = ""]) => /^\w+$/.test(piece))
      .map(([, pattern]) => ({ wildcard: { [fields.message]: { value: pattern } } })),
    ...(whole === ""
      ? []
      : [
          {
            match: {
              [fields.message]: { query: whole, operator: "and", zero_terms_query: "all" },
            },
          },
        ]),
  ];
  if (must.length === 0) return [];
  return [{ bool: { should: [{ bool: { must } }, { exists: { field: fields.json } }] } }];
}

/** The regular expression between slashes, with its flags; undefined for a plain text. @throws SyntaxError */
export function patternIn(grep: string): RegExp | undefined {
  const [, source, flags = ""] = /^\/(.+)\/([imsu]*)$/s.exec(grep) ?? [];
  return source === undefined ? undefined : new RegExp(source, flags);
}

/** Whether a line is meant. */
export function matcher(grep: string | undefined): (line: Line) => boolean {
  if (grep === undefined) return () => true;
  const pattern = patternIn(grep);
  const wanted = grep.toLowerCase();
  const isIn = (text: string) =>
    pattern === undefined ? text.toLowerCase().includes(wanted) : pattern.test(text);
  return (line) => {
    const { [fields.message]: message, [fields.json]: json } = line;
    return (
      (typeof message === "string" && isIn(message)) ||
      (json !== undefined && isIn(JSON.stringify(json)))
    );
  };
}

interface Hit {
  readonly _id: string;
  readonly _source: Line;
  readonly sort?: Cursor;
}

/** A page of an answer. */
export function pageIn(text: string): Page {
  const { hits } = JSON.parse(text) as { readonly hits: { readonly hits: readonly Hit[] } };
  const cursor = hits.hits.at(-1)?.sort;
  return {
    lines: hits.hits.map(({ _id, _source }) => [_id, _source] as const),
    ...(cursor !== undefined && { cursor }),
  };
}
