import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, constants, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import {
  originFile,
  parseOrigin,
  type Restoring,
} from "../../../provider/kubernetes/restore/restoring";
import { reasonForReading } from "../../../components/spec/text";
import { badUsage } from "../../exit";

/** A snapshot's file on this machine. */
export interface SnapshotFile {
  readonly path: string;
  readonly bytes: number;
  readonly restoring: Restoring;
  /** Of the authority of the cluster that it is of, PEM. */
  readonly caCertificate: string;
  /** Whether it has the key that secrets are encrypted with. */
  readonly hasEncryptionKey: boolean;
}

/** @throws CliError where it can't be read, or is no snapshot of Slipway. */
export async function readSnapshotFile(path: string): Promise<SnapshotFile> {
  await access(path, constants.R_OK).catch((error: unknown) => {
    throw badUsage(`${path} can't be read: ${reasonForReading(error)}`);
  });
  const names = (await tar(path, "-tf", path)).split("\n");
  const missing = [originFile, "etcd.db", "pki/ca.key", "pki/ca.crt"].filter(
    (name) => !names.includes(name),
  );
  if (missing.length > 0)
    throw badUsage(`${path} is no snapshot of Slipway: it lacks ${missing.join(", ")}`);
  const origin = parseOrigin(await tar(path, "-xOf", path, originFile));
  return {
    path,
    bytes: (await stat(path)).size,
    restoring: { ...origin, sha256: await sha256Of(path) },
    caCertificate: await tar(path, "-xOf", path, "pki/ca.crt"),
    hasEncryptionKey: names.includes("encryption.yaml"),
  };
}

function tar(path: string, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile("tar", args, { maxBuffer: 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(badUsage(`${path} is no snapshot of Slipway: ${stderr.trim() || error.message}`));
    });
  });
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
