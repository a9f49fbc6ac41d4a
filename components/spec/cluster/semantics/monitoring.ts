import { error, errorAtKey, type Finding, warning } from "../../finding";
import type { Path } from "../../problem";
import { oneOf, quote } from "../../words";
import type { CheckContext, ClusterDraft, Draft, MonitoringFile } from "../file";
import { mostMetricsMiB, parseRetentionSize, parseRetentionTime } from "../retention";
import { urlMistake } from "./url";
import { checkVolume } from "./volume";

type MonitoringDraft = Draft<MonitoringFile>;
type Known = ReadonlySet<string>;

const place = ["platform", "monitoring"];
const ownSettings = [
  "storage",
  "retention",
  "mail",
  "receivers",
  "defaultReceiver",
  "routes",
  "deadManSwitch",
  "disabledAlerts",
  "rules",
  "runbooks",
  "grafana",
];
/** Prometheus writes what it has taken to disk every two hours, and must have room for that. */
const leastSizeMiB = 512;

/** Monitoring that has room for what it keeps, and people who hear of what it finds. */
export function* checkMonitoring(draft: ClusterDraft, context: CheckContext): Iterable<Finding> {
  const monitoring = draft.platform?.monitoring;
  if (monitoring === undefined) return;
  if (context.given([...place, "external"])) {
    yield* checkExternal(monitoring, context);
    return;
  }
  if (!context.given([...place, "storage"]))
    yield errorAtKey(
      place,
      "has no storage; add it, for example `storage: { node: workers-0, sizeGiB: 20 }`, or name the site's own Prometheus with `external`",
    );
  if (monitoring.storage !== undefined)
    yield* checkVolume(monitoring.storage, [...place, "storage"], draft, context);
  yield* checkRetention(monitoring, draft);
  yield* checkReceivers(monitoring, context);
  yield* checkNamed(monitoring, context);
  yield* checkGrafana(monitoring, context);
}

/** Browsers reach Grafana through the ingress, and nowhere else. */
function* checkGrafana({ grafana }: MonitoringDraft, context: CheckContext): Iterable<Finding> {
  if (grafana === undefined) return;
  if (!context.given(["platform", "ingress"]))
    yield errorAtKey(
      [...place, "grafana"],
      "is reached through the cluster's ingress, and there is none; add `ingress: {}` to platform, with the certificate for its host",
    );
  else if (
    !context.given(["platform", "ingress", "tls"]) &&
    !context.given(["platform", "ingress", "external"])
  )
    yield warning(
      [...place, "grafana", "host"],
      "is shown with a certificate that no browser trusts, as platform.ingress has no tls; add it, with a certificate for this host",
    );
}

function* checkExternal({ external }: MonitoringDraft, context: CheckContext): Iterable<Finding> {
  for (const key of ownSettings) {
    if (!context.given([...place, key])) continue;
    yield errorAtKey(
      [...place, key],
      "is a setting of Slipway's own Prometheus, and with `external` there is none; remove it, or remove external",
    );
  }
  const { url, user } = external ?? {};
  const at = [...place, "external", "url"];
  if (url === undefined) return;
  const mistake = urlMistake(url);
  if (mistake !== undefined) yield error(at, mistake);
  else if (user !== undefined && !url.startsWith("https://"))
    yield error(at, `sends a password in the clear; got ${quote(url)}, use https://`);
}

function* checkRetention({ storage, retention }: MonitoringDraft, draft: ClusterDraft) {
  const { time, size } = retention ?? {};
  const at = [...place, "retention"];
  if (time !== undefined && parseRetentionTime(String(time)) === undefined)
    yield error([...at, "time"], timeMistake(time));
  if (size === undefined) return;
  const mebibytes = parseRetentionSize(String(size));
  if (mebibytes === undefined) {
    yield error([...at, "size"], sizeMistake(size));
    return;
  }
  if (mebibytes < leastSizeMiB)
    yield error(
      [...at, "size"],
      `is too small: what Prometheus takes in within two hours must fit; got ${quote(size)}, use at least "${leastSizeMiB}MiB"`,
    );
  const { sizeGiB } = storage ?? {};
  if (sizeGiB === undefined || mebibytes <= mostMetricsMiB(sizeGiB)) return;
  const most = `${mostMetricsMiB(sizeGiB)}MiB`;
  yield error(
    [...at, "size"],
    `is more than four fifths of storage.sizeGiB (${sizeGiB}), and Prometheus needs the rest while it works; got ${quote(size)}, use at most "${most}", or make ${draft.orchestrator === "kubernetes" ? "the claim" : "the volume"} larger`,
  );
}

function timeMistake(time: string | number): string {
  return /^\d+$/.test(String(time))
    ? `has no unit; got ${time}, write ${quote(`${time}d`)} for days, or use h for hours, w for weeks or y for years`
    : `must be an age with its unit, a whole number and h, d, w or y; got ${quote(time)}, for example "30d"`;
}

function sizeMistake(size: string | number): string {
  return /^\d+$/.test(String(size))
    ? `has no unit; got ${size}, write ${quote(`${size}GiB`)}, or use MiB or TiB`
    : `must be a size with its unit, a whole number and MiB, GiB or TiB; got ${quote(size)}, for example "16GiB"`;
}

function* checkReceivers(
  { receivers = {}, mail }: MonitoringDraft,
  context: CheckContext,
): Iterable<Finding> {
  for (const [name, receiver] of Object.entries(receivers)) {
    const at = [...place, "receivers", name];
    const given = (key: string) => context.given([...at, key]);
    if (receiver === undefined) continue;
    if (!given("mail") && !given("webhook"))
      yield errorAtKey(at, "has neither mail nor webhook: nobody would hear of anything; add one");
    if (given("mail") && mail === undefined && !context.given([...place, "mail"]))
      yield errorAtKey(
        [...at, "mail"],
        "needs a mail server, and platform.monitoring.mail names none; add it, for example `mail: { host: smtp.example.com, from: alerts@example.com }`",
      );
    const { webhook } = receiver;
    if (webhook === undefined) continue;
    const { url, authentication, user } = webhook;
    const mistake = url === undefined ? undefined : urlMistake(url);
    if (mistake !== undefined) yield error([...at, "webhook", "url"], mistake);
    else if (authentication !== undefined && authentication !== "none" && url?.startsWith("http:"))
      yield error(
        [...at, "webhook", "url"],
        `sends a password in the clear; got ${quote(url)}, use https://`,
      );
    if (
      authentication === "basic" &&
      user === undefined &&
      !context.given([...at, "webhook", "user"])
    )
      yield errorAtKey(
        [...at, "webhook"],
        "has no user, which `authentication: basic` needs; add it",
      );
    if (authentication !== "basic" && user !== undefined)
      yield errorAtKey(
        [...at, "webhook", "user"],
        "is for `authentication: basic`; remove it, or say so",
      );
  }
}

/** Whoever is named must be there. */
function* checkNamed(
  { receivers = {}, defaultReceiver, routes = [], deadManSwitch }: MonitoringDraft,
  context: CheckContext,
): Iterable<Finding> {
  const known: Known = new Set(Object.keys(receivers));
  if (
    known.size > 0 &&
    defaultReceiver === undefined &&
    !context.given([...place, "defaultReceiver"])
  )
    yield errorAtKey(
      [...place, "receivers"],
      `are there, and nobody gets what no route names; add \`defaultReceiver: ${[...known][0] ?? ""}\` to platform.monitoring`,
    );
  if (known.size === 0 && !context.given([...place, "receivers"]))
    yield warning(
      place,
      "has no receivers: alerts are seen by who looks, and nobody is told; add receivers",
    );
  yield* checkReceiver(defaultReceiver, [...place, "defaultReceiver"], known);
  yield* checkReceiver(deadManSwitch?.receiver, [...place, "deadManSwitch", "receiver"], known);
  for (const [index, route] of routes.entries()) {
    const at = [...place, "routes", index];
    yield* checkReceiver(route?.receiver, [...at, "receiver"], known);
    if (route === undefined) continue;
    if (!context.given([...at, "severity"]) && !context.given([...at, "owner"]))
      yield error(
        at,
        "says neither severity nor owner, and would get all alerts; add one, or name its receiver with platform.monitoring.defaultReceiver",
      );
  }
}

function* checkReceiver(name: string | undefined, at: Path, known: Known): Iterable<Finding> {
  if (name === undefined || known.has(name)) return;
  yield error(
    at,
    known.size === 0
      ? `is ${quote(name)}, and there are no receivers; add it to platform.monitoring.receivers`
      : `is ${quote(name)}, which is no receiver; ${oneOf(name, [...known])}`,
  );
}
