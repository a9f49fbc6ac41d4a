import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { join } from "node:path";
import { destroyGroup } from "../host/cgroups";
import { identify, isAlive, waitUntil, type ProcessIdentity } from "../host/process";
import { removeVeiled } from "../host/veils";
import { labCache, labLayout } from "../layout";

/** How many versions of a part are kept besides the one in use. */
const spareVersions = 1;
const buildTimeoutMs = 30 * 60_000;

/**
 * The folder of a part in the cache, built if it is not there. A build works in a folder of its own that gets its
 * final name at the end, so that a killed build leaves nothing that could be taken for a part.
 *
 * @param key Hash of everything that goes into the part.
 */
export async function cachedPart(
  name: string,
  key: string,
  build: (folder: string) => Promise<void>,
): Promise<string> {
  const shelf = join(labCache(), name);
  const part = join(shelf, key);
  mkdirSync(shelf, { recursive: true });
  await waitForOthers(shelf, key, part);
  if (!existsSync(part)) {
    const work = join(shelf, workName(key));
    mkdirSync(work);
    try {
      await build(work);
      renameSync(work, part);
    } finally {
      await clean(work);
    }
  }
  const now = new Date();
  utimesSync(part, now, now);
  prune(shelf, key);
  return part;
}

/** Throws a part away, so that it is built anew. */
export function discardPart(name: string, key: string): void {
  rmSync(join(labCache(), name, key), { recursive: true, force: true });
}

const workPrefix = ".building-";

function workName(key: string): string {
  const self = identify(process.pid);
  if (self === undefined) throw new Error("/proc does not show this process");
  return `${workPrefix}${key}-${String(self.pid)}-${self.started}-${self.boot}`;
}

/** Whose work folder it is, and for which key; undefined for anything else. */
export function parseWorkName(name: string): { key: string; builder: ProcessIdentity } | undefined {
  const match = /^\.building-([0-9a-f]+)-(\d+)-(\d+)-(.+)$/.exec(name);
  const [, key, pid, started, boot] = match ?? [];
  if (key === undefined || pid === undefined || started === undefined || boot === undefined) {
    return undefined;
  }
  return { key, builder: { pid: Number(pid), started, boot } };
}

/** Removes what killed builds have left, and waits while another process builds the same part. */
async function waitForOthers(shelf: string, key: string, part: string): Promise<void> {
  await waitUntil(
    async () => {
      let busy = false;
      for (const name of readdirSync(shelf)) {
        const work = parseWorkName(name);
        if (work === undefined) continue;
        if (!isAlive(work.builder)) await clean(join(shelf, name));
        else if (work.key === key && work.builder.pid !== process.pid) busy = true;
      }
      return !busy || existsSync(part);
    },
    buildTimeoutMs,
    200,
  );
}

/** Ends what a killed build may still run, and removes its folder. */
async function clean(work: string): Promise<void> {
  const layout = labLayout(work);
  await destroyGroup(layout.id);
  removeVeiled(layout);
  rmSync(layout.run, { recursive: true, force: true });
  rmSync(work, { recursive: true, force: true });
}

function prune(shelf: string, inUse: string): void {
  const others = readdirSync(shelf)
    .filter((name) => name !== inUse && !name.startsWith("."))
    .map((name) => ({ name, used: statSync(join(shelf, name)).mtimeMs }))
    .sort((a, b) => b.used - a.used);
  for (const { name } of others.slice(spareVersions)) {
    rmSync(join(shelf, name), { recursive: true, force: true });
  }
}
