import type { Connection } from "../../transport/types";
import { snapshotFolder, snapshotForm, snapshotProgram } from "./snapshots";

/** How long one may take, seconds: another one may be under way, which is waited for. */
const limit = 900;

/** A snapshot that a control plane keeps on its disk. */
export interface KeptSnapshot {
  /** `snapshot-20260301T060000Z.tar` */
  readonly name: string;
  readonly bytes: number;
  /** ISO 8601. */
  readonly taken: string;
}

/** Saves a snapshot now; prints the name of its file. */
export const snapshotNowScript = `[ -x ${snapshotProgram} ] || { echo "snapshots are not set up on this host: run pulumi up" >&2; exit 1; }
${snapshotProgram}`;

/** Prints a host's snapshots, oldest first, each with its size. */
export const listScript = `if [ -d ${snapshotFolder} ]; then find ${snapshotFolder} -maxdepth 1 -type f -name 'snapshot-*.tar' -printf '%s %f\\n' | sort -k 2; fi`;

export function snapshotPath(name: string): string {
  if (!snapshotForm.test(name)) throw new Error(`${name} is no name of a snapshot`);
  return `${snapshotFolder}/${name}`;
}

/** Saves a snapshot on a control plane whose API server answers. @returns its name. */
export async function takeSnapshot(connection: Connection): Promise<string> {
  const output = await connection.must("taking a snapshot of etcd", snapshotNowScript, {
    timeoutSeconds: limit,
  });
  const name = output.trim().split("\n").at(-1) ?? "";
  if (!snapshotForm.test(name))
    throw new Error(`${connection.machine}: ${snapshotProgram} did not tell the snapshot's name`);
  return name;
}

/** The snapshots of a host, oldest first. */
export async function keptSnapshots(connection: Connection): Promise<readonly KeptSnapshot[]> {
  return parseKept(await connection.must("asking for its snapshots", listScript));
}

export function parseKept(output: string): readonly KeptSnapshot[] {
  return output.split("\n").flatMap((line) => {
    const [size = "", name = ""] = line.split(" ");
    return snapshotForm.test(name) ? [{ name, bytes: Number(size), taken: timeIn(name) }] : [];
  });
}

function timeIn(name: string): string {
  return name.replace(/^\D+(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z.*$/, "$1-$2-$3T$4:$5:$6Z");
}
