import type { Ask } from "./ask";
import type { Severity } from "./levels";
import type { Parameters, ValuesOf } from "./parameters";
import type { Stack, Subject, SubjectKind, SubjectOf } from "./subjects";

/** A public control that a rule follows, by the name that its source gives it. */
export interface Reference {
  readonly source: Source;
  readonly name: string;
}

export const sources = {
  "CIS Docker": "CIS Docker Benchmark 1.6",
  "CIS Kubernetes": "CIS Kubernetes Benchmark 1.9",
  NSA: "NSA and CISA, Kubernetes Hardening Guidance 1.2",
  "Pod Security": "Kubernetes Pod Security Standards",
  KubeLinter: "KubeLinter 0.7",
  Polaris: "Polaris 9",
  "kube-score": "kube-score 1.20",
} as const;
export type Source = keyof typeof sources;

/** What a rule says of a resource that breaks it: what is wrong, and where in it. */
export type Report = (message: string) => void;

/** How a rule can be held by the API server as well: expressions of CEL, true where all is well. */
export interface Admission {
  readonly expression: string;
  /** What is wrong where it is not true. */
  readonly message: string;
}

export interface About {
  /** `SLW-APP-001`: stays for ever. */
  readonly id: string;
  /** What has to be so, in one sentence. */
  readonly title: string;
  readonly severity: Severity;
  /** Why. */
  readonly rationale: string;
  /** How to mend it. */
  readonly remedy: string;
  readonly references: readonly Reference[];
  /** It is told and stops nothing, unless the settings name it. */
  readonly isAdvice?: true;
}

interface RuleOf<P extends Parameters> extends About {
  readonly parameters: P;
}

/** A rule about single resources, of one kind or of several. */
export interface ResourceRule<
  K extends SubjectKind = SubjectKind,
  P extends Parameters = Parameters,
> extends RuleOf<P> {
  readonly on: readonly K[];
  /** Whether the rule has anything to say of it. Default: of all of its kind. */
  readonly appliesTo?: (subject: SubjectOf<K>, parameters: ValuesOf<P>) => boolean;
  readonly check: (
    subject: SubjectOf<K>,
    parameters: ValuesOf<P>,
    report: Report,
    ask: Ask,
  ) => void | Promise<void>;
  /** It asks somebody else, which takes its time: all such questions are asked at once, when the program is done. */
  readonly asks?: true;
  /** On Kubernetes; expressions on `podSpec`, `containers` and `object`. */
  readonly admission?: (parameters: ValuesOf<P>) => readonly Admission[];
}

/** A rule about a whole Pulumi stack. */
export interface StackRule<P extends Parameters = Parameters> extends RuleOf<P> {
  readonly on: "stack";
  readonly check: (stack: Stack, parameters: ValuesOf<P>, report: StackReport) => void;
}

/** @param of The resource that it is about; absent: the whole stack. */
export type StackReport = (message: string, of?: Subject) => void;

export type Rule = ResourceRule | StackRule;

const none = {} as const;
type None = Readonly<Record<string, never>>;

/** Declares a rule about single resources. */
export function resourceRule<K extends SubjectKind, P extends Parameters = None>(
  rule: Omit<ResourceRule<K, P>, "parameters"> & { readonly parameters?: P },
): ResourceRule {
  // What comes in is of the rule's own kinds and parameters: `evaluate` sees to both.
  return { parameters: none, ...rule } as unknown as ResourceRule;
}

/** Declares a rule about a whole Pulumi stack. */
export function stackRule<P extends Parameters = None>(
  rule: Omit<StackRule<P>, "parameters" | "on"> & { readonly parameters?: P },
): StackRule {
  return { parameters: none, ...rule, on: "stack" } as unknown as StackRule;
}
