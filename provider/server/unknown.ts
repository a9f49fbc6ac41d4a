/** A value that only the real run will tell, as seen during a preview. */
export const unknown: unique symbol = Symbol("unknown until the update");
export type Unknown = typeof unknown;

/** `T` as a preview knows it: any part of it may be unknown. */
export type Maybe<T> = T extends readonly (infer E)[]
  ? readonly Maybe<E>[] | Unknown
  : T extends object
    ? { readonly [K in keyof T]: Maybe<T[K]> } | Unknown
    : T | Unknown;

/** An object whose properties may be unknown, itself known. */
export type Planned<T> = { readonly [K in keyof T]: Maybe<T[K]> };

export function isUnknown(value: unknown): value is Unknown {
  return value === unknown;
}

/** Whether nothing in the value, however deep, is unknown. */
export function isKnown<T>(value: Maybe<T>): value is T & Maybe<T>;
export function isKnown(value: unknown): boolean {
  if (isUnknown(value)) return false;
  if (typeof value !== "object" || value === null) return true;
  return Object.values(value).every((part) => isKnown(part));
}

/** The value when it is known as a whole, otherwise `undefined`. */
export function known<T>(value: Maybe<T>): T | undefined {
  return isKnown<T>(value) ? value : undefined;
}
