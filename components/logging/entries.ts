/**
 * How the lines of a container's log file become entries: a stack trace is one entry, and so is a line that the runtime cut
 * into pieces of 16 KiB.
 *
 * All of this is one regular expression by which the collector's file reader splits the file, and not an operator behind it
 * that holds lines back: the reader's position moves past an entry only when the entry is on disk, so that a collector that
 * is killed at any moment loses nothing. An operator (`recombine`, and `container`, which has one inside) keeps lines in
 * memory whose position is already saved.
 *
 * An expression matches a whole entry with all that continues it; the next entry begins where the next match does. Lines of
 * another stream in between end an entry. Go's `regexp` has no look-ahead, and takes (?m) from the collector: `^` and `$` are
 * ends of lines, `\z` is the end of what has been read.
 */

const streams = ["stdout", "stderr"] as const;
type Stream = (typeof streams)[number];

/** What a form of log file says of one line. Patterns of lines hold no line feed at their ends. */
interface Dialect {
  /** A line that was written whole, and begins with a pattern. */
  readonly line: (stream: Stream, start: string) => string;
  /** A line that is a pattern and no more. */
  readonly exactly: (stream: Stream, pattern: string) => string;
  /**
   * Any line, in pieces or not, and what continues it. Written so that the expression reads its text once, for both streams
   * and for all that it could be: the time that it takes is that of the collector.
   */
  readonly any: (continued: (stream: Stream) => string) => string;
  /** A line that is one object of JSON. Nothing continues it. */
  readonly json: string;
  /** What lines begin with that are indented. */
  readonly indentation: string;
  /** Whether the beginning of a line could be taken for all of it. */
  readonly hasOpenLines: boolean;
  /** What no line begins with, as a class of characters: what does was written by somebody else, or was damaged. */
  readonly foreign: string;
}

const engineHead = String.raw`\{"log":"`;

/**
 * What the engine writes behind a line's text, and what follows. Quotes in the text are escaped: what looks like this is no part
 * of it.
 */
function engineTails(
  wanted: readonly Stream[],
  next: (stream: Stream) => string = () => "",
): string {
  const each = wanted.map((stream) => String.raw`${stream}"[^\n]*${next(stream)}`);
  return String.raw`","stream":"(?:${each.join("|")})`;
}

/** The engine's `json-file` driver: `{"log":"text\n","stream":"stdout","attrs":{…},"time":"…"}`; a piece has no `\n`. */
const jsonFile: Dialect = {
  line: (stream, start) => String.raw`${engineHead}${start}[^\n]*\\n${engineTails([stream])}`,
  exactly: (stream, pattern) => String.raw`${engineHead}${pattern}\\n${engineTails([stream])}`,
  any: (continued) => {
    const whole = (of: readonly Stream[]) => String.raw`\\n${engineTails(of, continued)}`;
    // Whether a line is whole is found first, as the shorter text: then it is not taken for a piece.
    const more = String.raw`\n${engineHead}[^\n]*?`;
    const inPieces = engineTails(
      streams,
      (stream) => `(?:${more}${engineTails([stream])})*?${more}${whole([stream])}`,
    );
    return String.raw`${engineHead}[^\n]*?(?:${whole(streams)}|${inPieces})`;
  },
  json: String.raw`${engineHead}\{[^\n]*\}\\n${engineTails(streams)}`,
  // The engine writes a tabulator by its number, unlike most who write JSON.
  indentation: String.raw`(?: |\\t|\\u0009)`,
  hasOpenLines: false,
  foreign: String.raw`[^{\n]`,
};

const criHead = (stream: string, tag: string) =>
  String.raw`^\d{4}-\d\d-\d\dT[^ \n]+ ${stream} ${tag} `;

/** Kubernetes' runtimes (CRI): `<time> stdout F text`; a piece has `P`. */
const cri: Dialect = {
  line: (stream, start) => String.raw`${criHead(stream, "F")}${start}[^\n]*`,
  exactly: (stream, pattern) => `${criHead(stream, "F")}${pattern}$`,
  any: (continued) =>
    streams
      .map((stream) => {
        const pieces = String.raw`(?:${criHead(stream, "P")}[^\n]*\n)*`;
        return String.raw`${pieces}${criHead(stream, "F")}[^\n]*${continued(stream)}`;
      })
      .join("|"),
  json: String.raw`${criHead("std(?:out|err)", "F")}\{[^\n]*\}$`,
  indentation: String.raw`[ \t]`,
  hasOpenLines: true,
  foreign: String.raw`[^\d\n]`,
};

function entries(dialect: Dialect): string {
  const { any, json, hasOpenLines, foreign } = dialect;
  const begun = streams.flatMap((stream) => {
    const { python, go } = blocks(stream, dialect);
    return [python, go].map((block) => `${block}${continued(stream, dialect)}`);
  });
  const other = String.raw`^${foreign}[^\n]*`;
  const whole = [json, ...begun, any((stream) => continued(stream, dialect)), other].join("|");
  // What the reader has of a line at the end of its buffer belongs to the entry before until the rest is there: a match up to
  // the end makes it read on.
  return hasOpenLines ? String.raw`(?:${whole})(?:\n[^\n]+\z)?` : `(?:${whole})`;
}

/** Stack traces that have a form of their own from their first line on. */
function blocks(
  stream: Stream,
  dialect: Dialect,
): { readonly python: string; readonly go: string } {
  const line = (start: string) => dialect.line(stream, start);
  const indented = line(dialect.indentation);
  const frame = line(String.raw`(?:[\w./$-]+\.(?:\(\*?[\w.]+\)\.)?[\w.$\[\]]+|panic)\(`);
  return {
    // `ValueError: text`, or the name alone, ends it.
    python: String.raw`${line(String.raw`Traceback \(most recent call last\):`)}(?:\n${indented})*(?:\n${line(String.raw`[A-Za-z_][\w.]*`)})?`,
    go: String.raw`${line(String.raw`goroutine \d+ \[`)}(?:\n(?:${frame}|${line("created by ")}|${indented}))*`,
  };
}

/** Any number of lines that continue an entry. */
function continued(stream: Stream, dialect: Dialect): string {
  const { python, go } = blocks(stream, dialect);
  const line = (start: string) => dialect.line(stream, start);
  const exactly = (pattern: string) => dialect.exactly(stream, pattern);
  const continuations = [
    line(dialect.indentation),
    exactly(""),
    // Java: the exception that a line of the log is about, and what caused it.
    line(String.raw`(?:[a-z][\w$]*\.)+[\w$]*(?:Exception|Error|Throwable)\b`),
    line("Caused by: "),
    python,
    line("During handling of the above exception, another exception occurred:"),
    line("The above exception was the direct cause of the following exception:"),
    go,
    line(String.raw`\[signal SIG`),
    line(String.raw`exit status \d`),
    line(String.raw`Node\.js v\d`),
    // Ends what a line began that opens brackets: objects that Node.js shows, JSON over several lines.
    exactly(String.raw`[\]})]+[;,]?`),
  ];
  return String.raw`(?:\n(?:${continuations.join("|")}))*`;
}

/** What an entry is in a file of the engine's. */
export const engineEntries = entries(jsonFile);

/** What an entry is in a file of a Kubernetes node's. */
export const criEntries = entries(cri);

/** A replacement in the text of an entry. */
export interface Replacement {
  readonly pattern: string;
  readonly by: string;
}

/** Makes one line of the engine's of an entry that has several: what is between their texts goes. */
export const engineJoin: readonly Replacement[] = [
  { pattern: String.raw`${engineTails(streams)}\n${engineHead}`, by: "" },
];

/** Stands between pieces while they are joined. */
const seam = String.raw`\x00`;

/** The same for lines of a Kubernetes node's: pieces follow each other without a line feed. */
export const criJoin: readonly Replacement[] = [
  { pattern: String.raw`(?m)^(\S+ std(?:out|err)) P ([^\n]*)\n`, by: "${1} F ${2}\0" },
  { pattern: String.raw`${seam}\S+ std(?:out|err) [FP] `, by: "" },
  { pattern: String.raw`\n\d{4}-\d\d-\d\dT[^ \n]+ std(?:out|err) F `, by: "\n" },
];

/** Parts of a joined entry of a Kubernetes node's. */
export const criParts = String.raw`^(?P<time>\S+) (?P<stream>stdout|stderr) [FP] (?P<log>(?s:.*))$`;
