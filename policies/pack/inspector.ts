import type { ReportViolation, ResourceValidationArgs, StackValidationArgs } from "@pulumi/policy";
import { explained, judgeResource, judgeStack, type Regime, type Result } from "../core/evaluate";
import type { Ask } from "../core/ask";
import { resourceOf, stackOf, type Resource } from "../core/resource";
import type * as registries from "../core/registry";
import { stackView } from "../core/stack";
import { subjectOf } from "../layers";
import { rules } from "../rules";
import { regimeOf, surroundingsOf } from "../settings/regime";
import type { Decisions } from "../settings/load";
import { credentialsIn } from "./credentials";

/** Name under which the SDK's proxies, which throw at unknown values, give the values themselves. */
const target = "__getSpecialProxyTarget";

/** Longest wait for a registry's answer, milliseconds: a preview must not hang on one. */
const registryTimeoutMs = 5000;

const resourceRules = rules.filter((rule) => rule.on !== "stack");
const stackRules = rules.filter((rule) => rule.on === "stack");

/** What a violation is, as the SDK takes it beside a text. */
interface Violation {
  readonly name: string;
  readonly message: string;
  readonly urn?: string;
  readonly enforcementLevel: "advisory" | "mandatory";
  readonly severity: string;
}

/** Judges the resources of one run, one after the other, and the Pulumi stack at its end. */
export class Inspector {
  private readonly seen = new Map<string, Resource>();
  private readonly pending: Promise<Result | undefined>[] = [];
  private readonly regimes = new Map<string, Regime>();
  private readonly credentials = new Map<string, { username: string; password: string }>();
  private asking?: Ask;

  constructor(
    private readonly decisions: Decisions,
    private readonly now: Date,
    private readonly loadRegistries: () => Pick<typeof registries, "askRegistries">,
  ) {}

  resource(args: ResourceValidationArgs, report: ReportViolation): void {
    const resource = resourceOf({
      urn: args.urn,
      type: args.type,
      name: args.name,
      inputs: args.props[target],
      isProtected: args.opts.protect,
    });
    this.seen.set(resource.urn, resource);
    for (const [host, credential] of credentialsIn(resource))
      this.credentials.set(host, credential);
    const subject = subjectOf(resource);
    if (subject === undefined) return;
    const regime = this.regime(resource.stack);
    for (const rule of resourceRules) {
      const judged = judgeResource(rule, subject, regime, this.ask);
      if (judged instanceof Promise) {
        // What goes wrong is told with the rest, at the end, and must not end the process before.
        judged.catch(() => undefined);
        this.pending.push(judged);
      } else tell(judged, report);
    }
  }

  async stack({ resources }: StackValidationArgs, report: ReportViolation): Promise<void> {
    const root = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
    const [first] = resources;
    if (first !== undefined) {
      const name = stackOf(first.urn);
      const known = resources.map(
        ({ urn, type, name: own, props, opts }) =>
          // What a run with targets leaves alone, it does not show before.
          this.seen.get(urn) ??
          resourceOf({ urn, type, name: own, inputs: props[target], isProtected: opts.protect }),
      );
      const outputs: unknown = root?.props[target];
      const view = stackView(name, known, outputs, surroundingsOf(this.decisions, this.now));
      const regime = this.regime(name);
      for (const rule of stackRules) {
        for (const result of judgeStack(rule, view, regime)) tell(result, report);
      }
    }
    for (const result of await Promise.all(this.pending.splice(0))) tell(result, report);
    this.seen.clear();
  }

  private regime(stack: string): Regime {
    const known = this.regimes.get(stack) ?? regimeOf(this.decisions, stack, this.now);
    this.regimes.set(stack, known);
    return known;
  }

  private readonly ask: Ask = {
    image: (name) => {
      if (this.asking === undefined) {
        const { askRegistries } = this.loadRegistries();
        const { ca, insecure } = this.decisions.settings.registries;
        this.asking = askRegistries(() => ({
          ca,
          insecure,
          credentials: Object.fromEntries(this.credentials),
          timeoutMs: registryTimeoutMs,
        }));
      }
      return this.asking.image(name);
    },
  };
}

function tell(result: Result | undefined, report: ReportViolation): void {
  if (result === undefined || result.outcome === "passed" || result.outcome === "exempted") return;
  const violation: Violation = {
    name: result.rule.id,
    message: `${result.rule.id} ${result.rule.title}.\n  ${explained(result)}`,
    ...(result.subject !== undefined && { urn: result.subject.resource.urn }),
    enforcementLevel: result.outcome === "undetermined" ? "advisory" : result.level,
    severity: result.rule.severity,
  };
  // The SDK takes an object as well as a text, and its types do not say so.
  (report as unknown as (violation: Violation) => void)(violation);
}
