import { subjectOf } from "../layers";
import type { Resource } from "./resource";
import type { Stack } from "./subjects";
import { Value } from "./value";

/** What a site has decided that rules about whole stacks ask for. */
export interface Surroundings {
  /** Names of all environments. */
  readonly environments: readonly string[];
  readonly environmentOf: (stack: string) => string | undefined;
  /** Exemptions for a Pulumi stack whose last day has passed, as people find them. */
  readonly expiredFor: (stack: string) => readonly string[];
}

/** A Pulumi stack as rules see it. */
export function stackView(
  name: string,
  resources: readonly Resource[],
  outputs: unknown,
  { environments, environmentOf, expiredFor }: Surroundings,
): Stack {
  return {
    name,
    environment: environmentOf(name) ?? "",
    environments,
    resources,
    subjects: resources.flatMap((resource) => subjectOf(resource) ?? []),
    outputs: new Value(outputs),
    expired: expiredFor(name),
    environmentOf,
  };
}
