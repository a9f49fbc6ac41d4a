import { error, errorAtKey, type Finding, warning } from "../../finding";
import { quote } from "../../words";
import { type CheckContext, type ClusterDraft, type Draft, type LoggingFile } from "../file";
import { parseRetentionTime } from "../retention";
import { poolsByMachine } from "./machines";
import { checkRetentionSize, timeMistake } from "./retention";
import { urlMistake } from "./url";
import { checkVolume } from "./volume";

type LoggingDraft = Draft<LoggingFile>;

const place = ["platform", "logging"];
const ownSettings = ["storage", "memoryMiB", "dashboards"];

/** Lines go by whole days. */
const leastHours = 24;
const leastSizeMiB = 512;
/** Of a machine's memory, for the store: the machine, its engine and its collector have theirs. */
const memoryShare = 0.75;

/** Logging that has room for what it keeps. */
export function* checkLogging(draft: ClusterDraft, context: CheckContext): Iterable<Finding> {
  const logging = draft.platform?.logging;
  if (logging === undefined) return;
  yield* checkRetention(logging, draft, context);
  if (context.given([...place, "external"])) {
    yield* checkExternal(logging, context);
    return;
  }
  if (!context.given([...place, "storage"]))
    yield errorAtKey(
      place,
      "has no storage; add it, for example `storage: { node: workers-0, sizeGiB: 50 }`, or name the site's own store with `external`",
    );
  if (logging.storage !== undefined)
    yield* checkVolume(logging.storage, [...place, "storage"], draft, context);
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

function* checkRetention(
  { storage, retention }: LoggingDraft,
  draft: ClusterDraft,
  context: CheckContext,
): Iterable<Finding> {
  const { time, size } = retention ?? {};
  const at = [...place, "retention"];
  if (time !== undefined) {
    const hours = parseRetentionTime(String(time));
    if (hours === undefined) yield error([...at, "time"], timeMistake(time));
    else if (hours < leastHours)
      yield error(
        [...at, "time"],
        `is shorter than a day, and lines go by whole days; got ${quote(time)}, use at least "1d"`,
      );
  }
  if (size === undefined) return;
  if (context.given([...place, "external"])) {
    yield errorAtKey(
      [...at, "size"],
      "is for Slipway's own store: how much room there is in the site's is its own business; remove it",
    );
    return;
  }
  yield* checkRetentionSize(
    size,
    [...at, "size"],
    {
      program: "OpenSearch",
      leastMiB: leastSizeMiB,
      leastReason: "the lines of a day",
      sizeGiB: storage?.sizeGiB,
    },
    draft,
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
