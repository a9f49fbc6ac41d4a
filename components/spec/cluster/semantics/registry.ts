import { error, errorAtKey, type Finding } from "../../finding";
import { parseIpv4 } from "../../net";
import type { Path } from "../../problem";
import { quote } from "../../words";
import { parseAge } from "../age";
import { type CheckContext, type ClusterDraft, type Draft, type RegistryFile } from "../file";
import { checkPlacement } from "./placement";
import { ownerOfPort } from "./ports";
import { urlMistake } from "./url";
import { checkVolume } from "./volume";

type RegistryDraft = Draft<RegistryFile>;

const place = ["platform", "registry"];
const ownSettings = [
  "address",
  "pullPort",
  "pushPort",
  "storage",
  "placement",
  "accounts",
  "cache",
  "garbageCollection",
  "retention",
  "image",
];

/** A registry that can be reached, has room where its images are, and removes only what its rules mean. */
export function* checkRegistry(draft: ClusterDraft, context: CheckContext): Iterable<Finding> {
  const registry = draft.platform?.registry;
  if (registry === undefined) return;
  if (context.given([...place, "external"])) {
    yield* checkExternal(registry, context);
    return;
  }
  for (const key of ["address", "storage"]) {
    if (context.given([...place, key])) continue;
    yield errorAtKey(
      place,
      `has no ${key}; add it, or name the site's own registry with \`external\``,
    );
  }
  yield* checkAddress(registry);
  yield* checkPorts(registry, draft, context);
  yield* checkStorage(registry, draft, context);
  yield* checkPlacement(registry.placement, [...place, "placement"], draft);
  yield* checkUrl(registry.cache?.upstream, [...place, "cache", "upstream"]);
  for (const [index, rule] of (registry.retention ?? []).entries()) {
    const age = rule?.olderThan;
    if (age === undefined || (typeof age === "string" && parseAge(age) !== undefined)) continue;
    yield error([...place, "retention", index, "olderThan"], ageMistake(age));
  }
}

function* checkExternal({ external }: RegistryDraft, context: CheckContext): Iterable<Finding> {
  for (const key of ownSettings) {
    if (!context.given([...place, key])) continue;
    yield errorAtKey(
      [...place, key],
      "is a setting of Slipway's own registry, and with `external` there is none; remove it, or remove external",
    );
  }
  const at = [...place, "external", "url"];
  const url = external?.url;
  if (url === undefined) return;
  const mistake = urlMistake(url, { path: true });
  if (mistake !== undefined) yield error(at, mistake);
  else if (!url.startsWith("https://"))
    yield error(at, `sends passwords in the clear; got ${quote(url)}, use https://`);
  else if (!/^https:\/\/[^/]+\/?$/.test(url))
    yield error(at, `must be the registry's host alone, without a path; got ${quote(url)}`);
}

function* checkAddress({ address }: RegistryDraft): Iterable<Finding> {
  if (address === undefined || !/^[\d.]+$/.test(address) || parseIpv4(address) !== undefined)
    return;
  yield error([...place, "address"], `is no IPv4 address; got ${quote(address)}`);
}

function* checkPorts(
  registry: RegistryDraft,
  { access, orchestrator, platform }: ClusterDraft,
  context: CheckContext,
): Iterable<Finding> {
  const owners = new Map<number, string>();
  if (access?.port !== undefined)
    owners.set(access.port, "the port of sshd (access.port); use another");
  const { ingress } = platform ?? {};
  if (ingress !== undefined && !context.given(["platform", "ingress", "external"])) {
    for (const name of ["httpPort", "httpsPort", "statusPort"] as const) {
      const port = ingress[name];
      if (port !== undefined)
        owners.set(port, `a port of the ingress (platform.ingress.${name}); use another`);
    }
  }
  const ports: readonly (readonly [Path, number | undefined])[] = [
    [["pullPort"], registry.pullPort],
    [["pushPort"], registry.pushPort],
    [["cache", "port"], registry.cache?.port],
  ];
  // What the file says first: of two that meet, the one that was written is to change.
  const given = (at: Path) => context.given([...place, ...at]);
  for (const [at, port] of [...ports].sort(([a], [b]) => Number(given(a)) - Number(given(b)))) {
    if (port === undefined) continue;
    const node = ownerOfPort(orchestrator, port);
    const owner = owners.get(port) ?? (node && `the port of ${node}; use another`);
    if (owner !== undefined) yield error([...place, ...at], `is ${port}, ${owner}`);
    owners.set(port, `as ${at.join(".")} is; each needs one of its own`);
  }
}

function* checkStorage(
  { storage, placement, cache }: RegistryDraft,
  draft: ClusterDraft,
  context: CheckContext,
): Iterable<Finding> {
  const at = [...place, "storage"];
  if (!context.given(at)) return;
  const kinds = ["volume", "s3"].filter((kind) => context.given([...at, kind]));
  if (kinds.length !== 1) {
    yield error(
      at,
      kinds.length === 0
        ? "names no storage; give `volume` or `s3`"
        : "names two storages; keep one of `volume` and `s3`",
    );
  }
  if (storage?.volume !== undefined) {
    yield* checkVolume(storage.volume, [...at, "volume"], draft, context, {
      what: "the cache",
      sizeGiB: cache?.sizeGiB,
    });
    if (placement !== undefined)
      yield errorAtKey(
        [...place, "placement"],
        "is for storage on S3: with a volume the registry runs where its volume is; remove it, and name the machine with storage.volume.node",
      );
  }
  yield* checkUrl(storage?.s3?.endpoint, [...at, "s3", "endpoint"]);
}

function* checkUrl(url: string | undefined, at: Path): Iterable<Finding> {
  const mistake = url === undefined ? undefined : urlMistake(url);
  if (mistake !== undefined) yield error(at, mistake);
}

function ageMistake(age: string | number): string {
  const isNumber = /^\d+$/.test(String(age));
  return isNumber
    ? `has no unit; got ${age}, write ${quote(`${age}d`)} for days, or use h for hours or w for weeks`
    : `must be an age with its unit, a whole number and h, d or w; got ${quote(age)}, for example "30d"`;
}
