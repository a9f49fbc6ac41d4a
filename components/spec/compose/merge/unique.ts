import type { JsonSchema } from "../../jsonSchema";
import type { Path } from "../../problem";
import type { Loading } from "../loading";
import { isMapping, type Mapping, plain, type Value } from "../tree/value";

type KeyOf = (item: Mapping | string) => string;

function nameOf(item: Mapping | string): string {
  return isMapping(item) ? JSON.stringify(item) : (item.split("=", 1)[0] ?? item);
}

function field(name: string): KeyOf {
  return (item) => (isMapping(item) ? plain(item[name]) : item);
}

function portKey(item: Mapping | string): string {
  if (!isMapping(item)) return item;
  const { host_ip: address = "0.0.0.0", published, target, protocol = "tcp" } = item;
  return [address, published, target, protocol].map(plain).join(" ");
}

function fileMountKey(folder: string): KeyOf {
  return (item) =>
    isMapping(item) ? plain(item.target) || `${folder}/${plain(item.source)}` : item;
}

/** What two items of a list may not share; by the names that the schema uses in `x-unique`. */
const keys: Readonly<Record<string, KeyOf>> = {
  value: nameOf,
  name: nameOf,
  text: (item) => plain(item),
  path: field("path"),
  target: field("target"),
  port: portKey,
  route: (item) => (isMapping(item) ? `${plain(item.host)} ${plain(item.path)}` : item),
  configs: fileMountKey(""),
  secrets: fileMountKey("/run/secrets"),
};

/** A list in which a later item has taken the place of an earlier one with the same key. */
export function makeUnique(
  list: Value[],
  schema: JsonSchema,
  loading: Loading,
  path: Path,
): Value[] {
  const keyOf = keys[schema["x-unique"] ?? ""];
  if (keyOf === undefined || list.length < 2) return list;
  const { origins } = loading;
  const whole = origins.ofWhole(list);
  const places = new Map<string, number>();
  const kept: { value: Value; key: string | number }[] = [];
  list.forEach((value, index) => {
    const key = isMapping(value) || typeof value === "string" ? keyOf(value) : plain(value);
    const place = places.get(key);
    if (place === undefined) {
      places.set(key, kept.length);
      kept.push({ value, key: index });
      return;
    }
    const earlier = kept[place];
    kept[place] = { value, key: index };
    if (earlier !== undefined) remarkOnRepetition(list, Number(earlier.key), index, loading, path);
  });
  if (kept.length === list.length || whole === undefined) return list;
  return origins.list(
    kept.map(({ value, key }) => ({ value, origin: origins.of(list, key) ?? whole })),
    whole,
  );
}

/** In one file a repetition is a slip of the pen; in another one it is meant. */
function remarkOnRepetition(
  list: Value[],
  earlier: number,
  later: number,
  loading: Loading,
  path: Path,
): void {
  const first = loading.origins.of(list, earlier);
  const second = loading.origins.of(list, later);
  if (second === undefined || first?.source !== second.source) return;
  if (first.node === second.node) return;
  const what =
    JSON.stringify(list[earlier]) === JSON.stringify(list[later])
      ? "is listed a second time; remove one of the two"
      : `takes the place of item ${earlier + 1}, which has the same target; remove one of the two`;
  loading.report(second, [...path, later], what, "warning");
}
