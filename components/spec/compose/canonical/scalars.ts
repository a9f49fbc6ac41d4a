import { isScalar } from "yaml";
import { quote } from "../../words";
import { goDuration, parseComposeDuration } from "./duration";
import { plain } from "../tree/value";
import { type Form, remark, unsound } from "./form";

/** `true`, `"true"`, `"yes"`. */
export const boolean: Form = (value, at) => {
  if (typeof value !== "string") return value;
  const lower = value.toLowerCase();
  if (lower !== "true" && lower !== "false") {
    const meant = ["yes", "y", "on"].includes(lower);
    remark(at, `is ${quote(value)}, which YAML no longer takes for ${meant}; write ${meant}`);
    return meant;
  }
  return lower === "true";
};

/** A number, or a text that is one, within the limits of its schema. */
export const number: Form = (value, at) => {
  if (typeof value !== "string") return value;
  const result = Number(value);
  const { minimum, maximum } = at.schema;
  if (minimum !== undefined && result < minimum) {
    return unsound(at, `must be at least ${minimum}; got ${quote(value)}`);
  }
  if (maximum !== undefined && result > maximum) {
    return unsound(at, `must be at most ${maximum}; got ${quote(value)}`);
  }
  return result;
};

const powers: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3, t: 4, p: 5 };

/** A size as a decimal text of bytes; steps of 1024. */
export const bytes: Form = (value) => {
  if (typeof value !== "string") return plain(value);
  const match = /^(\d+(?:\.\d+)?) ?([kmgtp])?/i.exec(value);
  const power = powers[match?.[2]?.toLowerCase() ?? ""] ?? 0;
  return BigInt(Math.trunc(Number(match?.[1]) * 1024 ** power)).toString();
};

/** A duration in the form of Go. */
export const duration: Form = (value, at) => {
  const nanoseconds = parseComposeDuration(plain(value));
  return nanoseconds === undefined
    ? unsound(at, `is no duration: ${quote(value)}; write one such as 10s or 1m30s`)
    : goDuration(nanoseconds);
};

/** Text, where a number does as well; nothing is the empty text. */
export const text: Form = (value) => plain(value);

/** Permissions as a number; texts are octal. */
export const octal: Form = (value, at) => {
  if (typeof value === "string") return Number.parseInt(value.replace(/^0o/, ""), 8);
  const { node } = at.origin;
  const written = isScalar(node) && typeof node.source === "string" ? node.source : "";
  if (/^[1-9][0-7]*$/.test(written)) {
    remark(
      at,
      `is the decimal number ${written}, in octal 0${Number(written).toString(8)}; write 0${written} if that is meant, or "${written}"`,
    );
  }
  return value;
};

/** Permissions as an octal text with a zero before it. */
export const fileMode: Form = (value, at) => `0${Number(octal(value, at)).toString(8)}`;

/** Number of devices; -1 is all. */
export const deviceCount: Form = (value) => {
  return plain(value).toLowerCase() === "all" ? -1 : Number(value);
};

/** One number for both limits of a ulimit; a mapping stays one. */
export const ulimit: Form = (value) => (typeof value === "string" ? Number(value) : value);

/** `external: { name: x }` is the old way to write `external: true` and `name: x`. */
export const external: Form = (value, at) => {
  if (typeof value === "string") return value === "true";
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const { name } = value;
  if (name === undefined || at.parent === undefined) return true;
  if (at.parent.name !== undefined && at.parent.name !== name) {
    return unsound(at, "names it otherwise than `name` beside it; use only `name`");
  }
  remark(at, "has a name in it, which is obsolete; write `external: true` and `name` beside it");
  at.parent.name = name;
  at.loading.origins.set(at.parent, "name", at.loading.origins.of(value, "name"));
  return true;
};
