import { error, errorAtKey, type Finding } from "../../finding";
import { parseCidr } from "../../net";
import { quote } from "../../words";
import type { CheckContext, ClusterDraft } from "../file";
import { checkPlacement } from "./placement";
import { ownerOfPort } from "./ports";

type IngressDraft = NonNullable<NonNullable<ClusterDraft["platform"]>["ingress"]>;

const place = ["platform", "ingress"];
const ports = ["httpPort", "httpsPort", "statusPort"] as const;
const ownSettings = [
  ...ports,
  "placement",
  "tls",
  "trustedProxies",
  "accessLog",
  "dashboard",
  "image",
  "apiFilterImage",
];

/** An ingress that can take requests: ports of its own, nodes to run on. */
export function* checkIngress(draft: ClusterDraft, context: CheckContext): Iterable<Finding> {
  const ingress = draft.platform?.ingress;
  if (ingress === undefined) return;
  if (context.given([...place, "external"])) {
    for (const key of ownSettings) {
      if (!context.given([...place, key])) continue;
      yield errorAtKey(
        [...place, key],
        "is a setting of Slipway's own Traefik, and with `external` there is none; remove it, or remove external",
      );
    }
    return;
  }
  yield* checkPorts(ingress, draft, context);
  yield* checkPlacement(ingress.placement, [...place, "placement"], draft);
  for (const [index, proxy] of (ingress.trustedProxies ?? []).entries()) {
    if (proxy === undefined || parseCidr(proxy.includes("/") ? proxy : `${proxy}/32`)) continue;
    yield error(
      [...place, "trustedProxies", index],
      `must be an IPv4 address or a CIDR range; got ${quote(proxy)}, for example 10.1.0.0/24`,
    );
  }
}

function* checkPorts(
  ingress: IngressDraft,
  { access, orchestrator }: ClusterDraft,
  context: CheckContext,
): Iterable<Finding> {
  const owners = new Map<number, string>();
  if (access?.port !== undefined)
    owners.set(access.port, "the port of sshd (access.port); use another");
  // What the file says first: of two that meet, the one that was written is to change.
  const given = (name: string) => context.given([...place, name]);
  for (const name of [...ports].sort((a, b) => Number(given(a)) - Number(given(b)))) {
    const port = ingress[name];
    if (port === undefined) continue;
    const node = ownerOfPort(orchestrator, port);
    const owner = owners.get(port) ?? (node && `the port of ${node}; use another`);
    if (owner !== undefined) yield error([...place, name], `is ${port}, ${owner}`);
    owners.set(port, `as ${name} is; each needs one of its own`);
  }
}
