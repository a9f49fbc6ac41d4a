import { isUnknown, unknown } from "./unknown";

/**
 * Properties as the engine sends them over gRPC: plain JSON in which secrets, unknowns and other
 * special values are marked by well-known keys (`sdk/go/common/resource/properties.go` and
 * `sdk/go/common/resource/plugin/rpc.go` of Pulumi). This is the only place that knows the marks.
 */
const signatureKey = "4dabf18193072939515e22adb298388d";
const signatures = {
  secret: "1b47061264138c4ac30d75fd1eb44270",
  output: "d0e6a833031e9bbcd3f4e8bde6ca49a4",
  resource: "5cf8f73096256a8f31e491e813e4eb8e",
  asset: "c44067f5952c0a294b673a41bacd8c17",
  archive: "0def7320c3a5731c473e5ecbe6d01bc7",
} as const;

const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** The engine marks an unknown by its type; each of them is unknown to us. */
const unknownTexts: ReadonlySet<unknown> = new Set([
  unknownText,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

type Properties = Record<string, unknown>;

export interface Decoded {
  /** Plain values; `unknown` where only the update will tell; null properties are left out. */
  readonly value: Properties;
  /** Top-level properties that are secret or hold a secret somewhere inside. */
  readonly secretKeys: ReadonlySet<string>;
  /** Every secret text met on the way, to be kept out of messages. */
  readonly secretTexts: readonly string[];
}

/** Unwraps what came from the engine. Throws for values that no slipway resource takes (assets, archives). */
export function decode(properties: Properties): Decoded {
  const secretKeys = new Set<string>();
  const secretTexts: string[] = [];
  const value: Properties = {};
  for (const [key, raw] of Object.entries(properties)) {
    const plain = unwrap(raw, key, {
      inSecret: false,
      found: (text) => {
        secretKeys.add(key);
        if (typeof text === "string") secretTexts.push(text);
      },
    });
    if (plain !== undefined) value[key] = plain;
  }
  return { value, secretKeys, secretTexts };
}

interface Unwrapping {
  readonly inSecret: boolean;
  /** Called for each secret and for each text inside of one. */
  readonly found: (value: unknown) => void;
}

function unwrap(raw: unknown, path: string, state: Unwrapping): unknown {
  if (raw === null || raw === undefined) return undefined;
  if (unknownTexts.has(raw)) return unknown;
  if (state.inSecret && typeof raw === "string") state.found(raw);
  if (Array.isArray(raw)) {
    return raw.map((item, index) => unwrap(item, `${path}[${index}]`, state) ?? null);
  }
  if (typeof raw !== "object") return raw;
  const object = raw as Properties;
  switch (object[signatureKey]) {
    case undefined: {
      const plain: Properties = {};
      for (const [key, item] of Object.entries(object)) {
        const value = unwrap(item, `${path}.${key}`, state);
        if (value !== undefined) plain[key] = value;
      }
      return plain;
    }
    case signatures.secret: {
      state.found(undefined);
      return unwrap(object.value, path, { ...state, inSecret: true });
    }
    case signatures.output: {
      if (object.secret === true) state.found(undefined);
      if (!("value" in object)) return unknown;
      return unwrap(object.value, path, {
        ...state,
        inSecret: state.inSecret || object.secret === true,
      });
    }
    case signatures.resource:
      return unwrap(object.id, path, state);
    case signatures.asset:
    case signatures.archive:
      throw new Error(`${path}: assets and archives are not accepted here; pass the text itself`);
    default:
      throw new Error(`${path}: this kind of value is not known to the slipway provider`);
  }
}

/** Wraps an answer for the engine: unknowns as its mark, the named top-level properties as secrets, absent ones left out. */
export function encode(properties: object, secretKeys: Iterable<string> = []): Properties {
  const secret = new Set(secretKeys);
  const wire: Properties = {};
  for (const [key, plain] of Object.entries(properties)) {
    if (plain === undefined) continue;
    const value = wrap(plain);
    wire[key] = secret.has(key) ? { [signatureKey]: signatures.secret, value } : value;
  }
  return wire;
}

function wrap(plain: unknown): unknown {
  if (isUnknown(plain)) return unknownText;
  if (plain === undefined) return null;
  if (Array.isArray(plain)) return plain.map(wrap);
  if (typeof plain !== "object" || plain === null) return plain;
  const wire: Properties = {};
  for (const [key, item] of Object.entries(plain)) {
    if (item !== undefined) wire[key] = wrap(item);
  }
  return wire;
}
