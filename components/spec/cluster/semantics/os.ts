import { error, errorAtKey, type Finding, warning } from "../../finding";
import { contains, parseCidr, parseIpv4, renderCidr } from "../../net";
import { quote } from "../../words";
import { type CheckContext, type ClusterDraft, type Draft, type OsFile, poolsOf } from "../file";
import { staticRange } from "./addresses";
import { urlMistake } from "./url";

type ProxyDraft = NonNullable<Draft<OsFile>["proxy"]>;

/** What cloud-init sets at first boot, and only there. */
export function* checkOs(draft: ClusterDraft, context: CheckContext): Iterable<Finding> {
  const { os } = draft;
  if (os === undefined) return;
  if (draft.hosts !== undefined && draft.vsphere === undefined) {
    for (const key of ["dns", "searchDomains", "ntp", "proxy", "caCertificates"]) {
      if (!context.given(["os", key])) continue;
      yield errorAtKey(
        ["os", key],
        "is set at a VM's first boot, which existing hosts have behind them; configure it on the hosts and remove it here",
      );
    }
  }
  for (const [index, server] of (os.dns ?? []).entries()) {
    if (server === undefined || parseIpv4(server) !== undefined) continue;
    yield error(
      ["os", "dns", index],
      `must be an IPv4 address; got ${quote(server)}, for example 10.1.0.2`,
    );
  }
  if (os.proxy !== undefined) yield* checkProxy(os.proxy, draft, context);
}

function* checkProxy(
  proxy: ProxyDraft,
  draft: ClusterDraft,
  context: CheckContext,
): Iterable<Finding> {
  for (const key of ["http", "https"] as const) {
    const url = proxy[key];
    const mistake = url === undefined ? undefined : urlMistake(url);
    if (mistake !== undefined) yield error(["os", "proxy", key], mistake);
  }
  if (!context.given(["os", "proxy", "http"]) && !context.given(["os", "proxy", "https"])) {
    yield error(["os", "proxy"], "names no proxy; add http or https, or remove it");
    return;
  }
  const networks = poolsOf(draft).flatMap(([name, pool]): [string, string][] => {
    const range = pool.network === undefined ? undefined : staticRange(pool.network);
    return range === undefined ? [] : [[renderCidr(range), name]];
  });
  for (const [range, name] of noProxyGaps(draft, networks)) {
    yield warning(
      ["os", "proxy", "noProxy"],
      `does not have ${range}, the network of the pool ${name}; add it, so that machines reach each other without the proxy`,
    );
  }
}

/** Which of these named ranges are not reached directly. None where there is no proxy. */
export function noProxyGaps(
  { os }: ClusterDraft,
  ranges: readonly (readonly [range: string | undefined, name: string])[],
): [string, string][] {
  if (os?.proxy?.http === undefined && os?.proxy?.https === undefined) return [];
  const direct = (os.proxy.noProxy ?? []).map((entry) =>
    entry === undefined ? undefined : (parseCidr(entry) ?? hostRange(entry)),
  );
  return ranges.flatMap(([text, name]): [string, string][] => {
    const range = text === undefined ? undefined : parseCidr(text);
    if (range === undefined) return [];
    const isDirect = direct.some(
      (entry) => entry !== undefined && contains(entry, range.first) && contains(entry, range.last),
    );
    return isDirect ? [] : [[renderCidr(range), name]];
  });
}

function hostRange(entry: string): ReturnType<typeof parseCidr> {
  return parseCidr(`${entry}/32`);
}
