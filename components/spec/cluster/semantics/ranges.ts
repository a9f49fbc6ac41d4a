import { error, type Finding, warning } from "../../finding";
import { overlap, parseCidr, type Range, renderCidr, renderIpv4 } from "../../net";
import { type Path, renderPath } from "../../problem";
import { quote } from "../../words";
import { poolsOf, type SwarmDraft } from "../file";
import { staticRange } from "./addresses";

/** A range, and where it is written. */
export interface Named {
  readonly path: Path;
  readonly range: Range;
}

/** Docker cuts its first overlays from here where no pool is given: 10.0.0.0/24, 10.0.1.0/24 and so on. */
const firstDefaultOverlays = parseCidr("10.0.0.0/16");

/** Address ranges of networks, bridges and overlays, which must keep apart or packets go astray. */
export function* checkRanges(draft: SwarmDraft): Iterable<Finding> {
  const taken: Named[] = [];
  for (const [name, pool] of poolsOf(draft)) {
    const range = pool.network === undefined ? undefined : staticRange(pool.network);
    if (range !== undefined) taken.push({ path: ["nodePools", name, "network"], range });
  }
  yield* checkDefaultPool(draft, taken);
  for (const [index, pool] of (draft.engine?.addressPools ?? []).entries()) {
    const place = ["engine", "addressPools", index];
    if (pool?.base === undefined) continue;
    yield* claim([...place, "base"], pool.base, taken);
    const range = parseCidr(pool.base);
    if (range !== undefined && pool.size !== undefined && pool.size < range.prefixLength) {
      yield error(
        [...place, "size"],
        `must be at least ${range.prefixLength}, as subnets are cut from ${renderCidr(range)}; got ${pool.size}`,
      );
    }
  }
  for (const [index, pool] of (draft.swarm?.addressPool ?? []).entries()) {
    if (pool !== undefined) yield* claim(["swarm", "addressPool", index], pool, taken);
  }
}

/** Takes a range that must overlap none of those taken before. */
export function* claim(path: Path, text: string, taken: Named[]): Iterable<Finding> {
  const range = parseCidr(text);
  if (range === undefined) {
    yield error(path, `must be a CIDR range; got ${quote(text)}, for example 10.200.0.0/16`);
    return;
  }
  const written = text.slice(0, text.indexOf("/"));
  if (written !== renderIpv4(range.first)) {
    yield error(
      path,
      `is ${text}, which is an address in the range, not the range; use ${renderCidr(range)}`,
    );
  }
  for (const other of taken) {
    if (!overlap(range, other.range)) continue;
    yield error(
      path,
      `is ${text}, which overlaps ${renderCidr(other.range)} of ${renderPath(other.path)}; use ranges that keep apart`,
    );
  }
  taken.push({ path, range });
}

function* checkDefaultPool(draft: SwarmDraft, networks: readonly Named[]): Iterable<Finding> {
  if (draft.swarm === undefined || draft.swarm.addressPool?.length !== 0) return;
  for (const { path, range } of networks) {
    if (firstDefaultOverlays === undefined || !overlap(range, firstDefaultOverlays)) continue;
    yield warning(
      [...path, "gateway"],
      `puts the machines into ${renderCidr(range)}, where Docker's default overlays are (10.0.0.0/24 and on); set swarm.addressPool to another range`,
    );
  }
}
