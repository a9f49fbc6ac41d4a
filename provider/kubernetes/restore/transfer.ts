import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { quote } from "../../transport/shell";
import type { Connection } from "../../transport/types";

/** What is sent or fetched at once, MiB: a command's output has a limit, and each piece a time limit of its own. */
const pieceMiB = 8;
const piece = pieceMiB * 1024 * 1024;
const pieceSeconds = 300;

/** A file whose content is known. */
export interface KnownFile {
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/**
 * Fetches a file of a host piece by piece.
 * @throws when what arrived is not what is there.
 */
export async function fetchFile(
  connection: Connection,
  path: string,
  write: (piece: Buffer) => Promise<unknown>,
): Promise<KnownFile> {
  const told = await connection.must(
    `looking at ${path}`,
    `stat -c %s ${quote(path)}\nsha256sum <${quote(path)}`,
    { timeoutSeconds: pieceSeconds },
  );
  const [size = "", sum = ""] = told.split("\n");
  const bytes = Number(size);
  const hash = createHash("sha256");
  for (let at = 0; at * piece < bytes; at++) {
    const text = await connection.must(
      `reading ${path}`,
      `dd if=${quote(path)} bs=1M skip=${at * pieceMiB} count=${pieceMiB} status=none | base64 -w0`,
      { timeoutSeconds: pieceSeconds },
    );
    const content = Buffer.from(text, "base64");
    hash.update(content);
    await write(content);
  }
  const sha256 = hash.digest("hex");
  if (sha256 !== sum.split(" ")[0])
    throw new Error(
      `${connection.machine}: ${path} did not arrive as it is there, or changed on the way: try again`,
    );
  return { bytes, sha256 };
}

/** Sends a file to a host piece by piece, for root only. What has arrived before is not sent again. */
export async function sendFile(
  connection: Connection,
  source: FileHandle,
  { bytes, sha256 }: KnownFile,
  path: string,
): Promise<void> {
  const target = quote(path);
  const part = quote(`${path}.part`);
  const isThere = await connection.run(
    `[ -e ${target} ] && echo ${quote(`${sha256}  ${path}`)} | sha256sum --check --status`,
    { timeoutSeconds: pieceSeconds },
  );
  if (isThere.code === 0) return;
  await connection.must(
    "making room for the snapshot",
    `umask 077
mkdir -p "$(dirname ${target})"
free=$(df --output=avail -B1 "$(dirname ${target})" | tail -n 1)
[ "$free" -gt ${bytes * 4} ] || { echo "has $free bytes free for a snapshot of ${bytes}, and needs four times its size" >&2; exit 1; }
: >${part}`,
  );
  const buffer = Buffer.alloc(piece);
  for (let at = 0; at < bytes;) {
    const { bytesRead } = await source.read(buffer, 0, piece, at);
    if (bytesRead === 0) throw new Error("the snapshot's file became shorter while it was read");
    await connection.must("sending the snapshot", `cat >>${part}`, {
      input: buffer.subarray(0, bytesRead),
      timeoutSeconds: pieceSeconds,
    });
    at += bytesRead;
  }
  await connection.must(
    "checking the snapshot",
    `echo ${quote(`${sha256}  ${path}.part`)} | sha256sum --check --status || { echo "the snapshot did not arrive as it was sent: run again" >&2; exit 1; }
mv -f ${part} ${target}`,
    { timeoutSeconds: pieceSeconds },
  );
}
