import type { LoggingSpec } from "../../spec";
import { passwordOf } from "../accounts";
import { indexPattern, indexPrefix } from "../indexes";
import { ports, storeUrl, users } from "../names";

/** Time from one look to the next, seconds. */
const paceSeconds = 120;
const mebibyte = 1024 * 1024;

/** What curl is told: who asks, and which way. @param node host at which OpenSearch itself answers */
export function keeperCurl(seed: string, caFile: string, node: string): string {
  const { host } = new URL(storeUrl);
  return [
    `user = "${users.keeper}:${passwordOf("keeper", seed)}"`,
    `cacert = "${caFile}"`,
    `connect-to = "${host}:${node}:${ports.store}"`,
    'noproxy = "*"',
    'max-time = "60"',
    "silent",
    "show-error",
    "fail",
    "",
  ].join("\n");
}

/**
 * What enforces the retention of Slipway's own store: days whose newest line is too old, and the oldest ones where all
 * together take too much room. By the day in an index's name, not by the age of the index: a line that arrives late is as old
 * as it says. OpenSearch's own Index State Management can do neither, and no limit of room. The newest day always stays.
 *
 * @param curlFile what `keeperCurl` has made
 */
export function keeperScript(
  cluster: string,
  { hours, sizeMiB = 0 }: LoggingSpec["retention"],
  curlFile: string,
): string {
  return `#!/bin/sh
# Written by Slipway. Removes days of lines that are too old, or too many.
set -u
most=${sizeMiB * mebibyte}

say() { echo "{\\"level\\":\\"$1\\",\\"msg\\":\\"$2\\",\\"time\\":\\"$(date -u +%FT%TZ)\\"}"; }
ask() { curl --config ${curlFile} --request "$1" "${storeUrl}/$2"; }

# Lines of index and bytes, the oldest first.
days() {
  ask GET '${indexPattern(cluster)}/_stats/store?filter_path=indices.*.total.store.size_in_bytes' >/tmp/stats || return 1
  { cat /tmp/stats; echo; } | sed 's/"${indexPrefix(cluster)}/\\n&/g' |
    sed -n 's/^"\\(${indexPrefix(cluster).replaceAll(".", "\\.")}[0-9]\\{4\\}\\.[0-9][0-9]\\.[0-9][0-9]\\)".*"size_in_bytes":\\([0-9]*\\).*/\\1 \\2/p' | sort
}

keep() {
  days >/tmp/days || return 1
  # The last day whose newest line is older than lines may be.
  last=$(date -u -d "@$(($(date +%s) - ${(hours + 24) * 3600}))" +%Y%m%d)
  all=0
  newest=
  while read -r index bytes; do
    all=$((all + bytes))
    newest=$index
  done </tmp/days
  while read -r index bytes; do
    day=$(echo "\${index#${indexPrefix(cluster)}}" | tr -d .)
    why=
    if [ "$day" -le "$last" ]; then why="too old"
    elif [ "$all" -gt "$most" ] && [ "$index" != "$newest" ]; then why="too much, of $all bytes $most are kept"
    fi
    [ -n "$why" ] || continue
    ask DELETE "$index" >/dev/null || return 1
    all=$((all - bytes))
    say info "removed $index with $bytes bytes: $why"
  done </tmp/days
}

trap 'exit 0' TERM INT
while :; do
  keep || say error "the store could not be asked"
  sleep ${paceSeconds} &
  wait $!
done
`;
}
