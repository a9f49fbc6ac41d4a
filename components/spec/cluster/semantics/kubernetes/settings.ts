import { error, type Finding, warning } from "../../../finding";
import { calendarMistake } from "../../calendar";
import type { CheckContext, Draft, KubernetesDraft, KubernetesFile } from "../../file";
import { noProxyGaps } from "../os";
import { urlMistake } from "../url";

type Settings = Draft<KubernetesFile>;

/** Below this the time between two runs of `pulumi up` may be too long for a renewal. */
const shortDays = 30;

/** Settings that have an effect, and the one that is meant. */
export function* checkSettings(draft: KubernetesDraft, context: CheckContext): Iterable<Finding> {
  const { kubernetes } = draft;
  if (kubernetes === undefined) return;
  yield* checkRepository(kubernetes);
  yield* checkMirrors(kubernetes);
  yield* checkCertificates(kubernetes, context);
  const schedule = kubernetes.etcdSnapshots?.schedule;
  const mistake = schedule === undefined ? undefined : calendarMistake(schedule);
  if (mistake !== undefined) {
    yield error(
      ["kubernetes", "etcdSnapshots", "schedule"],
      `must be a calendar event of systemd, but ${mistake}; write hourly, daily, weekly and the like, or \`[weekdays] [[year-]month-day] [hour:minute[:second]] [UTC]\`, each number a *, a list a,b, a range a..b or with a step a/n, for example "*-*-* 00/6:00:00" for every six hours`,
    );
  }
  yield* checkProxy(draft);
}

function* checkRepository({ repository, source }: Settings): Iterable<Finding> {
  if (repository === undefined) return;
  const place = ["kubernetes", "repository"];
  const mistake = urlMistake(repository);
  if (mistake !== undefined) yield error(place, mistake);
  if (source === "preinstalled") {
    yield error(
      place,
      "has no effect with `source: preinstalled`; remove it, or use `source: repository`",
    );
  }
}

function* checkMirrors({ registryMirrors }: Settings): Iterable<Finding> {
  for (const [registry, urls] of Object.entries(registryMirrors ?? {})) {
    for (const [index, url] of (urls ?? []).entries()) {
      const mistake = url === undefined ? undefined : urlMistake(url);
      if (mistake === undefined) continue;
      yield error(["kubernetes", "registryMirrors", registry, index], mistake);
    }
  }
}

function* checkCertificates({ certificates }: Settings, context: CheckContext): Iterable<Finding> {
  const { days, authorityDays } = certificates ?? {};
  if (days === undefined || authorityDays === undefined) return;
  const place = ["kubernetes", "certificates", "days"];
  if (days > authorityDays) {
    const where = context.given(place) ? place : ["kubernetes", "certificates", "authorityDays"];
    yield error(
      where,
      `makes certificates of ${days} days by authorities of ${authorityDays}, which they would outlive; use at most ${authorityDays} days, or more for authorityDays`,
    );
  } else if (days < shortDays) {
    yield warning(
      place,
      `is ${days}: certificates are renewed by \`pulumi up\` in the last third of their life, so run it at least every ${Math.max(Math.floor(days / 3), 1)} days, or the cluster stops`,
    );
  }
}

/** Control planes take the machines' proxy over, and ask services and the kubelets through it where nothing says otherwise. */
function* checkProxy(draft: KubernetesDraft): Iterable<Finding> {
  const { podRange, serviceRange } = draft.kubernetes ?? {};
  const gaps = noProxyGaps(draft, [
    [podRange, "kubernetes.podRange"],
    [serviceRange, "kubernetes.serviceRange"],
  ]);
  for (const [range, name] of gaps) {
    yield warning(
      ["os", "proxy", "noProxy"],
      `does not have ${range}, which is ${name}; add it, or control planes look for it behind the proxy`,
    );
  }
}
