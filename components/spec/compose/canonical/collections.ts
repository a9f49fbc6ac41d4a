import { quote } from "../../words";
import { isList, isMapping, type Mapping, plain, type Value } from "../tree/value";
import { type At, type Form, memberOrigin, unsound } from "./form";
import { shellWords } from "./shellWords";

/** One text is a list of one. */
export const list: Form = (value) => (typeof value === "string" ? [value] : value);

/** One value or several, as a list of texts. */
export const texts: Form = (value) => (isList(value) ? value : [value]).map(plain);

/** A list whose numbers are texts. */
export const textList: Form = (value) => {
  if (!isList(value)) return value;
  value.forEach((item, index) => {
    if (typeof item === "number") value[index] = String(item);
  });
  return value;
};

function nameAndValue(item: Value): [string, string | null] {
  const text = plain(item);
  const equals = text.indexOf("=");
  return equals < 0 ? [text, null] : [text.slice(0, equals), text.slice(equals + 1)];
}

function pairsOf(value: Value, at: At, absent: string | null): Mapping | undefined {
  const pairs: Mapping = {};
  const entries: [string, Value, string | number][] = isList(value)
    ? value.map((item, index) => [...nameAndValue(item), index])
    : isMapping(value)
      ? Object.entries(value).map(([name, member]) => [name, member ?? null, name])
      : [];
  for (const [name, text, key] of entries) {
    if (name === "") {
      unsound(at, "has an entry without a name before its `=`");
      return undefined;
    }
    pairs[name] = text === null ? absent : plain(text);
    if (typeof value !== "object" || value === null) continue;
    at.loading.origins.set(pairs, name, memberOrigin(value, key, at));
  }
  return pairs;
}

/** `[NAME=value]` or a mapping, as a mapping to texts; a name without a value has null. */
export const environment: Form = (value, at) => {
  const pairs = pairsOf(value, at, null);
  const trailing = Object.keys(pairs ?? {}).find((name) => /\s$/.test(name));
  if (trailing === undefined) return pairs;
  return unsound(at, `has the name ${quote(trailing)} with a space at its end; remove the space`);
};

/** As for the environment; a name without a value has the empty text. */
export const pairs: Form = (value, at) => pairsOf(value, at, "");

/** A command line as words; null and lists stay. */
export const command: Form = (value, at) => {
  if (typeof value !== "string") return value;
  const words = shellWords(value);
  return isList(words) ? words : unsound(at, words.message);
};

/** One text is a command for a shell. */
export const healthTest: Form = (value) =>
  typeof value === "string" ? ["CMD-SHELL", value] : value;

/** Extra hosts as a list of `host=address`. */
export const hosts: Form = (value, at) => {
  const items = isMapping(value)
    ? Object.entries(value).flatMap(([host, addresses]) =>
        (isList(addresses) ? addresses : [addresses]).map((address) => ({
          value: `${host}=${bare(plain(address))}`,
          origin: memberOrigin(value, host, at),
        })),
      )
    : (isList(value) ? value : []).flatMap((item, index) =>
        hostItems(plain(item)).map((text) => ({
          value: text,
          origin: memberOrigin(value as Value[], index, at),
        })),
      );
  const bad = items.find(({ value: item }) => !/^[^:=[\]\s]+=[^=]*$/.test(item));
  if (bad === undefined) return at.loading.origins.list(items, at.origin);
  at.loading.report(bad.origin, at.path, `has ${quote(bad.value)}, which is not host=address`);
  return undefined;
};

function hostItems(text: string): string[] {
  const at = text.includes("=") ? text.indexOf("=") : text.indexOf(":");
  const addresses = text.slice(at + 1).split(",");
  return addresses.map((address) => `${text.slice(0, at)}=${bare(address)}`);
}

/** An IPv6 address without its brackets. */
function bare(address: string): string {
  return address.length > 2 && /^\[.*\]$/.test(address) ? address.slice(1, -1) : address;
}

function byName(value: Value, at: At, entry: () => Value): Value {
  if (!isList(value)) return value;
  const mapping: Mapping = {};
  value.forEach((name, index) => {
    mapping[plain(name)] = entry();
    at.loading.origins.set(mapping, plain(name), memberOrigin(value, index, at));
  });
  return mapping;
}

/** A list of names as a mapping of names to nothing. */
export const attachments: Form = (value, at) => byName(value, at, () => null);

/** A list of services as a mapping: they must have started. */
export const dependencies: Form = (value, at) =>
  byName(value, at, () => ({ condition: "service_started", required: true }));

/** `all` is one request for all. */
export const gpus: Form = (value) => (value === "all" ? [{ count: -1 }] : value);

/** An ingress rule with its defaults. */
export const ingress: Form = (value) =>
  isMapping(value)
    ? Object.assign(value, { path: value.path ?? "/", tls: value.tls ?? true })
    : value;
