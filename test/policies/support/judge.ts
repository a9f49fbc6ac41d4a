import {
  judgeResource,
  judgeStack,
  type Regime,
  type Result,
} from "../../../policies/core/evaluate";
import type { Ask } from "../../../policies/core/ask";
import type { Level } from "../../../policies/core/levels";
import { defaultsOf, type ParameterValues } from "../../../policies/core/parameters";
import { resourceOf, type ResourceData } from "../../../policies/core/resource";
import type { Rule } from "../../../policies/core/rule";
import { stackView, type Surroundings } from "../../../policies/core/stack";
import { Undetermined } from "../../../policies/core/value";
import type { Exemption } from "../../../policies/exemptions/exemptions";
import { isAbout } from "../../../policies/exemptions/exemptions";
import { subjectOf } from "../../../policies/layers";
import type { Recorded } from "./recorded";

/** What a rule is judged with. */
export interface Judging {
  readonly parameters?: ParameterValues;
  readonly level?: Level;
  readonly exemptions?: readonly Exemption[];
  readonly surroundings?: Partial<Surroundings>;
  readonly ask?: Ask;
}

/** A registry whose images are small, and run as nobody. */
export const registry: Ask = {
  image: () => Promise.resolve({ sizeBytes: 10e6, user: "65534:65534" }),
};

/** A registry that does not answer. */
export const silent: Ask = {
  image: (name) => Promise.reject(new Undetermined(`image ${name}`, "can't be asked for")),
};

/** All that a rule says of what a program registers. */
export async function judged(
  rule: Rule,
  { resources, outputs }: Recorded,
  {
    parameters = {},
    level = "mandatory",
    exemptions = [],
    surroundings = {},
    ask = registry,
  }: Judging = {},
): Promise<readonly Result[]> {
  const regime: Regime = {
    levelOf: () => level,
    parametersOf: () => ({ ...defaultsOf(rule.parameters), ...parameters }),
    exemptionOf: (of, stack, subject) =>
      exemptions.find((exemption) => isAbout(exemption, of.id, stack, subject)),
  };
  const known = resources.map(resourceOf);
  if (rule.on === "stack") {
    const stack = known[0]?.stack ?? "";
    const view = stackView(stack, known, outputs, {
      environments: [],
      environmentOf: () => undefined,
      expiredFor: () => [],
      ...surroundings,
    });
    return judgeStack(rule, view, regime);
  }
  const found: Result[] = [];
  for (const resource of known) {
    const subject = subjectOf(resource);
    const result = subject && (await judgeResource(rule, subject, regime, ask));
    if (result !== undefined) found.push(result);
  }
  return found;
}

type Path = readonly (string | number)[];

/**
 * What a program registers, with one input of one resource changed. The input has to be there: one that the components call
 * by another name now is an error here. What is to be new says so.
 */
export function changed(
  { resources, outputs }: Recorded,
  name: string,
  path: Path,
  value: unknown,
  isNew = false,
): Recorded {
  const wanted = isNew ? path.slice(0, -1) : path;
  const found = resources.find(
    (one) => one.name === name && !one.type.startsWith("pulumi:") && hasPath(one, wanted),
  );
  if (found === undefined)
    throw new Error(`no resource ${name} with ${wanted.join(".")} was registered: was it renamed?`);
  const inputs = structuredClone(found.inputs) as Record<string | number, unknown>;
  const last = path.at(-1);
  const parent = path
    .slice(0, -1)
    .reduce<Record<string | number, unknown>>(
      (at, step) => at[step] as Record<string | number, unknown>,
      inputs,
    );
  if (last !== undefined) {
    if (value === undefined) Reflect.deleteProperty(parent, last);
    else parent[last] = value;
  }
  return {
    outputs,
    resources: resources.map((one) => (one === found ? { ...one, inputs } : one)),
  };
}

function hasPath({ inputs }: ResourceData, path: Path): boolean {
  let at: unknown = inputs;
  for (const step of path) {
    if (typeof at !== "object" || at === null || !(step in at)) return false;
    at = (at as Readonly<Record<string | number, unknown>>)[step];
  }
  return true;
}
