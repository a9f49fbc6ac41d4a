/** Log files as a Docker engine writes them: one of each container, rotated by their size. */
import { appendFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import path from "node:path";

export interface FileSettings {
  /** Folder with a folder for each container, as the engine's. */
  readonly folder: string;
  /** 64 hexadecimal digits. */
  readonly id: string;
  readonly attributes?: Readonly<Record<string, string>>;
  /** A file of this size is rotated, bytes. Default: never. */
  readonly maxSize?: number;
  /** Including the one that is written to. Default 5. */
  readonly maxFiles?: number;
}

/** Besides the end of a line, the engine has no short form for what has to be escaped, and escapes what HTML would. */
const writtenByNumber = /\\\\|\\[tbf]|[<>&]/g;
const numbers: Readonly<Record<string, string>> = {
  "\\t": "\\u0009",
  "\\b": "\\u0008",
  "\\f": "\\u000c",
  "<": "\\u003c",
  ">": "\\u003e",
  "&": "\\u0026",
};
const byNumber = (text: string) => numbers[text] ?? text;

/** The engine cuts lines into pieces of so many bytes. */
const longestPiece = 16 * 1024;

export class ContainerFile {
  private nanoseconds: bigint;
  readonly path: string;

  constructor(
    private readonly settings: FileSettings,
    /** Time of the first line. */
    start = new Date(),
  ) {
    const { folder, id } = settings;
    mkdirSync(path.join(folder, id), { recursive: true });
    this.path = path.join(folder, id, `${id}-json.log`);
    this.nanoseconds = BigInt(start.getTime()) * 1_000_000n;
  }

  /** Writes lines of one stream. */
  write(lines: readonly string[], stream: "stdout" | "stderr" = "stdout"): void {
    for (const line of lines)
      for (const piece of pieces(`${line}\n`)) this.append(this.entry(piece, stream));
  }

  /** Writes what the engine never would. */
  append(text: string): void {
    const { maxSize } = this.settings;
    if (maxSize !== undefined && existsSync(this.path) && statSync(this.path).size >= maxSize)
      this.rotate();
    appendFileSync(this.path, text);
  }

  /** What the engine writes for a text. Each has a time of its own, one microsecond after the one before. */
  entry(log: string, stream: "stdout" | "stderr" = "stdout"): string {
    const { attributes } = this.settings;
    this.nanoseconds += 1_000n;
    const milliseconds = Number(this.nanoseconds / 1_000_000n);
    const fraction = String(this.nanoseconds % 1_000_000_000n)
      .padStart(9, "0")
      .replace(/0+$/, "");
    const time = new Date(milliseconds).toISOString().replace(/\.\d+Z$/, `.${fraction || "0"}Z`);
    const text = JSON.stringify({ log, stream, ...(attributes && { attrs: attributes }), time });
    return `${text.replace(writtenByNumber, byNumber)}\n`;
  }

  private rotate(): void {
    const { maxFiles = 5 } = this.settings;
    rmSync(`${this.path}.${maxFiles - 1}`, { force: true });
    for (let number = maxFiles - 1; number > 1; number -= 1)
      if (existsSync(`${this.path}.${number - 1}`))
        renameSync(`${this.path}.${number - 1}`, `${this.path}.${number}`);
    renameSync(this.path, `${this.path}.1`);
  }
}

function pieces(text: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length; at += longestPiece)
    found.push(text.slice(at, at + longestPiece));
  return found;
}
