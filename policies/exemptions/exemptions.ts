import { matches } from "../core/glob";
import type { Exempt } from "../core/evaluate";
import type { Subject } from "../core/subjects";
import type { Path, Problem } from "../../components/spec/problem";

/** What a site accepts although it breaks a rule, until a day. */
export interface Exemption extends Exempt {
  readonly rule: string;
  /** Pulumi stack; `*` stands for any text. Default: every one. */
  readonly stack: string;
  /** Name of the resource in Pulumi, or its name on its layer (`shop_store`, `shop/store`); `*` stands for any text. */
  readonly resource: string;
  readonly owner: string;
  readonly expires: string;
  /** Where it stands in the file. */
  readonly place: Pick<Problem, "file" | "line" | "column">;
}

export type PlaceOf = (path: Path) => Exemption["place"];

/** The day is the last one on which it holds, in UTC. */
export function isExpired({ expires }: Pick<Exemption, "expires">, now: Date): boolean {
  return now.toISOString().slice(0, 10) > expires;
}

/** Whether an exemption is about a rule at a resource, or at a whole stack. */
export function isAbout(
  exemption: Exemption,
  rule: string,
  stack: string,
  subject: Subject | undefined,
): boolean {
  if (exemption.rule !== rule || !matches(exemption.stack, stack)) return false;
  if (subject === undefined) return exemption.resource === "*" || exemption.resource === stack;
  return (
    matches(exemption.resource, subject.resource.name) ||
    matches(exemption.resource, subject.called)
  );
}
