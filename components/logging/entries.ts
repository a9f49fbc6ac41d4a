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

type Stream = "stdout" | "stderr";

/** What a form of log file says of one line. Patterns of lines hold no line feed at their ends. */
interface Dialect {
  /** A line that was written whole, and begins with a pattern. @param start without the ends of lines */
  readonly line: (stream: Stream, start: string) => string;
  /** A line that is a pattern and no more. */
  readonly exactly: (stream: Stream, pattern: string) => string;
  /** A piece of a line whose next piece follows. @param start what it begins with */
  readonly piece: (stream: Stream, start: string) => string;
  /** Any number of a line's characters. */
  readonly any: string;
  /** What lines begin with that are indented. */
  readonly indentation: string;
  /** Whether the beginning of a line could be taken for all of it. */
  readonly hasOpenLines: boolean;
}

/** A JSON text's characters, between its quotes. */
const characters = String.raw`(?:[^"\\]|\\.)*`;
const attributes = String.raw`(?:,"attrs":\{(?:[^"{}]|"${characters}")*\})?`;

/** What the engine writes behind a line's text. @param stream as a pattern */
function engineTail(stream: string): string {
  return String.raw`","stream":"${stream}"${attributes},"time":"[^"]*"\}`;
}

/** The engine's `json-file` driver: `{"log":"text\n","stream":"stdout","attrs":{…},"time":"…"}`; a piece has no `\n`. */
const jsonFile: Dialect = {
  line: (stream, start) => String.raw`\{"log":"${start}${characters}\\n${engineTail(stream)}`,
  exactly: (stream, pattern) => String.raw`\{"log":"${pattern}\\n${engineTail(stream)}`,
  piece: (stream, start) =>
    String.raw`\{"log":"${start}${characters}(?:[^"\\]|\\[^n])${engineTail(stream)}`,
  any: characters,
  indentation: String.raw`(?: |\\t)`,
  hasOpenLines: false,
};

/** Kubernetes' runtimes (CRI): `<time> stdout F text`; a piece has `P`. */
const cri: Dialect = {
  line: (stream, start) => `${criHead(stream, "F")}${start}[^\\n]*`,
  exactly: (stream, pattern) => `${criHead(stream, "F")}${pattern}$`,
  piece: (stream, start) => `${criHead(stream, "P")}${start}[^\\n]*`,
  any: String.raw`[^\n]*`,
  indentation: String.raw`[ \t]`,
  hasOpenLines: true,
};

function criHead(stream: string, tag: string): string {
  return String.raw`^\d{4}-\d\d-\d\dT[^ \n]+ ${stream} ${tag} `;
}

/** Entries of one stream. */
function entriesOf(stream: Stream, dialect: Dialect): string {
  const { any, indentation } = dialect;
  const line = (start: string) => dialect.line(stream, start);
  const exactly = (pattern: string) => dialect.exactly(stream, pattern);
  const pieces = (start = "") =>
    `${dialect.piece(stream, start)}\\n(?:${dialect.piece(stream, "")}\\n)*`;

  const indented = line(indentation);
  // `ValueError: text`, or the name alone, ends a traceback; its lines are indented.
  const python = `${line("Traceback \\(most recent call last\\):")}(?:\\n${indented})*(?:\\n${line("[A-Za-z_][\\w.]*")})?`;
  const goFrame = String.raw`(?:[\w./$-]+\.(?:\(\*?[\w.]+\)\.)?[\w.$\[\]]+|panic)\(`;
  const go = `${line("goroutine \\d+ \\[")}(?:\\n(?:${line(goFrame)}|${line("created by ")}|${indented}))*`;
  const continuations = [
    indented,
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
  const json = `(?:${pieces("\\{")}${line("")}|${exactly(`\\{${any}\\}`)})`;
  const text = `(?:${pieces()})?(?:${python}|${go}|${line("")})(?:\\n(?:${continuations.join("|")}))*`;
  return `${json}|${text}`;
}

const streams = ["stdout", "stderr"] as const;

function entries(dialect: Dialect): string {
  const whole = streams.map((stream) => entriesOf(stream, dialect)).join("|");
  if (!dialect.hasOpenLines) return `(?:${whole})`;
  // What the reader has of a line at the end of its buffer belongs to the entry before until the rest is there: a match up to
  // the end makes it read on.
  const pieces = streams.map((stream) => `(?:${dialect.piece(stream, "")}\\n)+[^\\n]*\\z`);
  const open = String.raw`[^\n]+\z`;
  return `(?:(?:${whole})(?:\\n${open})?|${pieces.join("|")}|${open})`;
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
  { pattern: String.raw`${engineTail("[a-z]+")}\n\{"log":"`, by: "" },
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
