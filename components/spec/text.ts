import { readFileSync, statSync } from "node:fs";
import { SpecError } from "./problem";

/** Largest spec file that is read: a hundred times what a large site needs. */
const maxBytes = 1024 * 1024;

/** Text of a spec file; a `SpecError` when the file is missing, too large or not UTF-8. */
export function readSpecText(file: string): string {
  const bytes = readBytes(file);
  const encoding = utf16(bytes);
  if (encoding !== undefined) fail(file, 1, 1, `is in ${encoding}; save it as UTF-8`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const { line, column } = firstBadByte(bytes);
    return fail(
      file,
      line,
      column,
      "is not UTF-8 from here on; save it as UTF-8 (a file in Latin-1 has its umlauts and accents as single bytes)",
    );
  }
}

function readBytes(file: string): Buffer {
  try {
    const { size } = statSync(file);
    if (size > maxBytes) {
      const mib = (size / maxBytes).toFixed(1);
      fail(file, 1, 1, `is ${mib} MiB large; a spec file has at most 1 MiB: is this another file?`);
    }
    return readFileSync(file);
  } catch (cause) {
    if (cause instanceof SpecError) throw cause;
    return fail(file, 1, 1, `can't be read: ${reasonForReading(cause)}`);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file; check the path",
  ENOTDIR: "there is no such file; check the path",
  EACCES: "permission denied; make it readable for the user who runs this",
  EPERM: "permission denied; make it readable for the user who runs this",
  EISDIR: "it is a folder; name the file in it",
};

/** Why a file could not be read, in words, with what to do. */
export function reasonForReading(cause: unknown): string {
  const { code = "", message } = cause as NodeJS.ErrnoException;
  return reasons[code] ?? message;
}

function utf16(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "UTF-16";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "UTF-16";
  return undefined;
}

function firstBadByte(bytes: Buffer): { line: number; column: number } {
  // The lenient decoder puts U+FFFD where a byte does not fit; a real U+FFFD is three bytes that do.
  const text = bytes.toString("utf8");
  let offset = 0;
  let line = 1;
  let column = 1;
  for (const character of text) {
    const length = Buffer.byteLength(character);
    if (character === "\uFFFD" && bytes.subarray(offset, offset + 3).toString("hex") !== "efbfbd") {
      break;
    }
    offset += length;
    if (character === "\n") {
      line++;
      column = 1;
    } else column++;
  }
  return { line, column };
}

function fail(file: string, line: number, column: number, message: string): never {
  throw new SpecError([{ file, line, column, path: "", message, severity: "error" }]);
}
