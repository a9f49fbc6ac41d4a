import { listAt, type Mapping, mappingAt, mappingsAt, plain } from "./tree/value";

export interface ByProfile {
  readonly active: Mapping;
  /** Profiles of each service that is left out. */
  readonly inactive: ReadonlyMap<string, readonly string[]>;
  /** All profiles that services have. */
  readonly known: readonly string[];
}

/** Leaves out, in place, the services none of whose profiles is active. */
export function applyProfiles(model: Mapping, profiles: readonly string[]): ByProfile {
  const active = mappingAt(model, "services") ?? {};
  const inactive = new Map<string, readonly string[]>();
  const known = new Set<string>();
  for (const [name, service] of mappingsAt(model, "services")) {
    const own = listAt(service, "profiles").map(plain);
    for (const profile of own) known.add(profile);
    if (own.length === 0 || profiles.includes("*")) continue;
    if (own.some((profile) => profiles.includes(profile))) continue;
    inactive.set(name, own);
    Reflect.deleteProperty(active, name);
  }
  return { active, inactive, known: [...known] };
}
