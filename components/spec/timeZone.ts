import { nearest, quote } from "./words";

/** Area and place, or UTC. Old names without an area (`CET`) and those of System V are left out: not every program knows them. */
const shape = /^(UTC|(?!SystemV\/)[A-Z][A-Za-z]+(\/[A-Z][A-Za-z0-9_+-]*)+)$/;

/**
 * What is wrong with the name of a time zone, in words; undefined when nothing is. Programs in Go take UTC for a name
 * that they do not know, capitals included, without a word.
 */
export function timeZoneMistake(name: string): string | undefined {
  if (shape.test(name) && isKnown(name)) return undefined;
  const meant = nearest(name, ["UTC", ...Intl.supportedValuesOf("timeZone")]);
  const cure = meant === undefined ? "for example Europe/Zurich" : `did you mean ${meant}?`;
  return `must be a time zone of the IANA database, as area and place, or UTC; got ${quote(name)}, ${cure}`;
}

function isKnown(name: string): boolean {
  try {
    const known = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
    // Another name is an alias; the same in other letters is a mistake.
    return known === name || known.toLowerCase() !== name.toLowerCase();
  } catch {
    return false;
  }
}
