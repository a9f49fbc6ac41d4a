/** Many lines of several containers, numbered, so that one can tell afterwards which are there, how often and in which order. */
import path from "node:path";
import { byTime, type Document } from "./bulkStore";
import { ContainerFile } from "./containerFiles";

export interface FloodSettings {
  readonly folder: string;
  readonly containers: number;
  /** Of each container. */
  readonly entries: number;
  /** Size at which files are rotated, bytes. */
  readonly maxSize: number;
  readonly maxFiles: number;
}

/** Kinds of entries, in turn: a text, JSON, a stack trace, a text on the other stream, JSON with a number that is long. */
function entryLines(
  container: number,
  number: number,
): { lines: string[]; stream: "stdout" | "stderr" } {
  const mark = `#${container}-${number}#`;
  switch (number % 5) {
    case 1:
      return {
        lines: [JSON.stringify({ level: "info", msg: `request ${mark}`, ms: number })],
        stream: "stdout",
      };
    case 2:
      return {
        lines: [
          `ERROR it failed ${mark}`,
          "java.lang.IllegalStateException: no",
          "\tat org.example.Shop.<init>(Shop.java:7)",
          "\tat org.example.Main.main(Main.java:3)",
          "Caused by: java.io.IOException: gone",
          "\t... 2 more",
        ],
        stream: "stdout",
      };
    case 3:
      return { lines: [`WARN something on the other stream ${mark}`], stream: "stderr" };
    case 4:
      return {
        lines: [JSON.stringify({ severity: "DEBUG", message: mark, nested: { a: [1, 2] } })],
        stream: "stdout",
      };
    default:
      return {
        lines: [`GET /items/${number} 200 ${mark} ${"x".repeat(number % 120)}`],
        stream: "stdout",
      };
  }
}

export class Flood {
  readonly ids: readonly string[];
  private readonly files: readonly ContainerFile[];
  /** Lines so far, those of stack traces among them. */
  lines = 0;
  private written = 0;

  constructor(private readonly settings: FloodSettings) {
    this.ids = Array.from({ length: settings.containers }, (_, at) =>
      (at + 1).toString(16).padStart(2, "0").repeat(32),
    );
    this.files = this.ids.map(
      (id, at) =>
        new ContainerFile({
          ...settings,
          id,
          attributes: {
            "com.docker.stack.namespace": "shop",
            "com.docker.swarm.service.name": `shop_service${at}`,
            "com.docker.swarm.task.name": `shop_service${at}.1.abc`,
            tag: `registry.example.org/shop/service${at}:1.${at}.0`,
          },
        }),
    );
  }

  get entries(): number {
    return this.settings.containers * this.settings.entries;
  }

  /** Writes on, until a share of all entries is there. */
  writeUpTo(share: number): void {
    const until = Math.round(this.settings.entries * share);
    for (; this.written < until; this.written += 1)
      this.files.forEach((file, container) => {
        const { lines, stream } = entryLines(container, this.written);
        file.write(lines, stream);
        this.lines += lines.length;
      });
  }

  /** The folder that the collector reads. */
  get folder(): string {
    return path.resolve(this.settings.folder);
  }

  /**
   * What is wrong with the documents of a store: entries that are missing or there more than once, their order within a
   * container, labels, and lines of stack traces.
   */
  objections(documents: readonly Document[]): string[] {
    const found: string[] = [];
    for (const [at, id] of this.ids.entries()) {
      const own = documents
        .filter(({ container }) => container === id.slice(0, 12))
        .sort(byTime)
        .map(({ message, ...rest }) => ({ message: String(message), ...rest }));
      const numbers = own.map(({ message }) => Number(/#\d+-(\d+)#/.exec(message)?.[1]));
      if (own.length !== this.settings.entries)
        found.push(`container ${at}: ${own.length} documents of ${this.settings.entries} entries`);
      const wrong = numbers.findIndex((number, place) => number !== place);
      if (wrong >= 0)
        found.push(
          `container ${at}: entry ${String(numbers[wrong])} is at place ${wrong}: ${JSON.stringify(own[wrong])}`,
        );
      for (const document of own.filter((each, place) => !isLabelled(each, at, place)).slice(0, 3))
        found.push(`container ${at}: ${JSON.stringify(document)}`);
    }
    return found;
  }
}

function isLabelled(document: Document, at: number, number: number): boolean {
  const { application, service, version, node, cluster, level, stream, message, json } = document;
  const expected = ["", "info", "error", "warn", "debug"][number % 5];
  return (
    application === "shop" &&
    service === `service${at}` &&
    version === `1.${at}.0` &&
    node === "node-1" &&
    cluster === "lab" &&
    (level ?? "") === expected &&
    stream === (number % 5 === 3 ? "stderr" : "stdout") &&
    (number % 5 !== 2 || String(message).split("\n").length === 6) &&
    (json !== undefined) === (number % 5 === 1 || number % 5 === 4)
  );
}
