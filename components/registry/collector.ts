import type { GarbageCollectionSpec, WeekDay } from "../spec";
import { drainSeconds } from "./config";
import { files, pathOf, processes } from "./names";

/** As `date +%u` counts them. */
const dayNumbers: Readonly<Record<WeekDay, number>> = {
  monday: 1,
  tuesday: 2,
  wednesday: 3,
  thursday: 4,
  friday: 5,
  saturday: 6,
  sunday: 7,
};

/** While it is there, garbage is collected. */
const collecting = "/tmp/collecting";

/** Longest time from the moment to the look at the clock, seconds. */
const paceSeconds = 20;

/** Time that the process for pushes may take to end, seconds: what was under way has its time to finish. */
export const pushGraceSeconds = drainSeconds + 20;

/**
 * What runs in the container for pushes: the process that writes, and at its time, in its place, the one that collects
 * garbage. Nothing is written while it collects, as the writer is not there: it can't remove what an image that is being
 * pushed refers to already by a blob that no manifest names yet. Pulls go on through a process of their own, and find
 * everything that some manifest names.
 *
 * Manifests without a tag are kept: they may be parts of an image for several platforms, or deployed by their digest.
 *
 * A time that has passed when the container starts is not made up for: it would collect at each restart. SIGUSR1 collects
 * at once.
 */
export function collectorScript({ time, days }: GarbageCollectionSpec): string {
  const on =
    days === undefined
      ? "1234567"
      : days
          .map((day) => dayNumbers[day])
          .sort()
          .join("");
  return `#!/bin/sh
# Written by Slipway. Pushes, and garbage collection in their place at its time (UTC).
set -u
config=${pathOf(files.config("push"))}
at=${time.replace(":", "")}
days=${on}
code=0
registry=
timer=
ending=
asked=

say() { echo "{\\"level\\":\\"info\\",\\"msg\\":\\"$1\\",\\"time\\":\\"$(date -u +%FT%TZ)\\"}"; }
serve() { registry serve "$config" & registry=$!; }
# Until a process has ended, whatever signals come; leaves how it ended in code.
finished() {
  while :; do
    wait "$1"
    code=$?
    kill -0 "$1" 2>/dev/null || return 0
  done
}

collect() {
  say "garbage collection: no pushes until it is done"
  : >${collecting}
  kill -TERM "$registry" 2>/dev/null
  finished "$registry"
  registry garbage-collect "$config" >/tmp/collected 2>&1 &
  registry=$!
  finished "$registry"
  if [ "$code" = 0 ]; then
    say "garbage collection: $(grep -c '^blob eligible for deletion' /tmp/collected) blobs removed"
  elif grep -q 'Path not found: /docker/registry/v2/repositories' /tmp/collected; then
    say "garbage collection: there is no image yet"
  else
    tail -n 20 /tmp/collected >&2
    say "garbage collection: failed with code $code"
  fi
  rm -f /tmp/collected
  if [ -z "$ending" ]; then
    serve
    rm -f ${collecting}
    say "garbage collection: done, pushes go on"
  fi
}

due() {
  [ -z "$asked" ] || return 0
  today=$(date -u +%F)
  [ "$today" != "$last" ] && [ "$(date -u +%H%M)" -ge "$at" ] || return 1
  last=$today
  case $days in *$(date -u +%u)*) return 0 ;; *) return 1 ;; esac
}

trap 'ending=yes; kill -TERM "$registry" $timer 2>/dev/null' TERM INT
trap 'asked=yes; kill $timer 2>/dev/null' USR1

rm -f ${collecting}
last=
[ "$(date -u +%H%M)" -ge "$at" ] && last=$(date -u +%F)
serve
while [ -z "$ending" ]; do
  sleep ${paceSeconds} & timer=$!
  finished "$timer"
  timer=
  [ -z "$ending" ] || break
  if ! kill -0 "$registry" 2>/dev/null; then
    finished "$registry"
    exit "$code"
  fi
  if due; then
    asked=
    collect
  fi
done
kill -TERM "$registry" 2>/dev/null
finished "$registry"
exit 0
`;
}

/** Whether the process for pushes is well: it answers, or garbage is collected. */
export const pushHealth = `[ -e ${collecting} ] || wget -q -O /dev/null http://127.0.0.1:${processes.push.metrics}/debug/health`;
