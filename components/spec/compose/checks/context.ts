import type { Path } from "../../problem";
import { nearest, quote } from "../../words";
import type { Folder } from "../folder";

/** What checks may ask beside the project itself. */
export interface CheckContext {
  /** Profiles of services that are left out. */
  readonly inactive: ReadonlyMap<string, readonly string[]>;
  /** Whether what a file says here was taken out because it is not sound, which is reported. */
  isUnsound(path: Path): boolean;
  readonly folder: Folder;
}

/** `did you mean "web"?`, or how to add it. */
export function cure(name: string, known: readonly string[], section: string): string {
  const meant = nearest(name, known);
  return meant === undefined
    ? `add ${quote(name)} under ${section}`
    : `did you mean ${quote(meant)}?`;
}
