import { error, errorAtKey, type Finding, warning } from "../../finding";
import { quote } from "../../words";
import { type CheckContext, type ClusterDraft, type Draft, type LoggingFile } from "../file";
import { parseRetentionSize, parseRetentionTime } from "../retention";
import { poolsByMachine } from "./machines";
import { sizeMistake, timeMistake } from "./retention";
import { urlMistake } from "./url";
import { checkVolume } from "./volume";

type LoggingDraft = Draft<LoggingFile>;

const place = ["platform", "logging"];
const ownSettings = ["storage", "memoryMiB", "dashboards"];

/** An index goes as a whole, and one is begun each day: what is kept for less would go with it. */
const leastHours = 24;
/** A smaller index is more trouble than its lines. */
const leastIndexMiB = 64;
/** Of the room, for one index: what is too old goes by whole ones. */
const largestShare = 4;
/** Of a machine's memory, for the store: the machine, its engine and its collector have theirs. */
const memoryShare = 0.75;

/** Logging that has room for what it keeps. */
export function* checkLogging(draft: ClusterDraft, context: CheckContext): Iterable<Finding> {
  const logging = draft.platform?.logging;
  if (logging === undefined) return;
  yield* checkRetention(logging);
  if (context.given([...place, "external"])) {
    yield* checkExternal(logging, context);
    yield* checkRollover(logging);
    return;
  }
  if (!context.given([...place, "storage"]))
    yield errorAtKey(
      place,
      "has no storage; add it, for example `storage: { node: workers-0, sizeGiB: 50 }`, or name the site's own store with `external`",
    );
  if (logging.storage !== undefined)
    yield* checkVolume(logging.storage, [...place, "storage"], draft, context);
  yield* checkRollover(logging);
  yield* checkMemory(logging, draft);
  yield* checkImages(logging);
}

function* checkExternal({ external }: LoggingDraft, context: CheckContext): Iterable<Finding> {
  for (const key of ownSettings) {
    if (!context.given([...place, key])) continue;
    yield errorAtKey(
      [...place, key],
      "is a setting of Slipway's own store, and with `external` there is none; remove it, or remove external",
    );
  }
  const url = external?.url;
  if (url === undefined) return;
  const at = [...place, "external", "url"];
  const mistake = urlMistake(url);
  if (mistake !== undefined) yield error(at, mistake);
  else if (!url.startsWith("https://"))
    yield error(at, `sends a password in the clear; got ${quote(url)}, use https://`);
}

function* checkRetention({ retention }: LoggingDraft): Iterable<Finding> {
  const { time } = retention ?? {};
  if (time === undefined) return;
  const at = [...place, "retention", "time"];
  const hours = parseRetentionTime(String(time));
  if (hours === undefined) yield error(at, timeMistake(time));
  else if (hours < leastHours)
    yield error(
      at,
      `is shorter than a day, and lines go by whole indexes, of which one is begun each day; got ${quote(time)}, use at least "1d"`,
    );
}

function* checkRollover({ storage, rollover }: LoggingDraft): Iterable<Finding> {
  const { size } = rollover ?? {};
  if (size === undefined) return;
  const at = [...place, "rollover", "size"];
  const mebibytes = parseRetentionSize(String(size));
  if (mebibytes === undefined) {
    yield error(at, sizeMistake(size));
    return;
  }
  if (mebibytes < leastIndexMiB)
    yield error(
      at,
      `is too small: each index takes memory, however little is in it; got ${quote(size)}, use at least "${leastIndexMiB}MiB"`,
    );
  const { sizeGiB } = storage ?? {};
  if (sizeGiB === undefined) return;
  const most = Math.floor((sizeGiB * 1024) / largestShare);
  if (mebibytes <= most) return;
  yield error(
    at,
    `is more than a quarter of storage.sizeGiB (${sizeGiB}), and room comes free by whole indexes; got ${quote(size)}, use at most "${most}MiB", or give the store more room`,
  );
}

/** Of the machine that the file names; where it names none, the scheduler finds one. */
function* checkMemory(
  { storage, memoryMiB }: LoggingDraft,
  draft: ClusterDraft,
): Iterable<Finding> {
  if (memoryMiB === undefined || storage?.node === undefined) return;
  const machine = poolsByMachine(draft).get(storage.node)?.memoryMiB;
  const most = Math.floor((machine ?? Infinity) * memoryShare);
  if (memoryMiB <= most) return;
  yield error(
    [...place, "memoryMiB"],
    `is ${memoryMiB}, and ${storage.node} has ${machine} MiB, of which three quarters are the most for the store; use at most ${most}, give the pool more memory, or name another node`,
  );
}

function* checkImages({ dashboards, images }: LoggingDraft): Iterable<Finding> {
  if (dashboards !== false || images?.dashboards === undefined) return;
  yield warning(
    [...place, "images", "dashboards"],
    "has no effect without `dashboards: true`; say so, or remove it",
  );
}
