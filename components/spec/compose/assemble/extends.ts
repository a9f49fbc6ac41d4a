import path from "node:path";
import type { Variables } from "../../interpolation";
import { nearest, quote } from "../../words";
import type { Loading } from "../loading";
import { discard, mergeOver } from "../merge/merge";
import type { Origin } from "../tree/origins";
import { isMapping, type Mapping, mappingAt, textAt } from "../tree/value";
import { composeSchema, readUnit, type Unit } from "../unit";

interface Step {
  readonly unit: Unit;
  readonly name: string;
}

/** Puts the definitions of services over those that they extend. */
export class Extender {
  private readonly others = new Map<string, Unit | undefined>();

  constructor(
    private readonly loading: Loading,
    private readonly variables: Variables,
  ) {}

  applyAll(unit: Unit): void {
    this.others.set(unit.file, unit);
    for (const name of Object.keys(mappingAt(unit.data, "services") ?? {})) {
      this.apply({ unit, name }, []);
    }
  }

  /** The service with all that it extends; its own file has it so from now on. */
  private apply(step: Step, before: readonly Step[]): Mapping | undefined {
    const { unit, name } = step;
    const services = mappingAt(unit.data, "services");
    const service = mappingAt(services, name);
    const wanted = mappingAt(service, "extends");
    if (services === undefined || service === undefined || wanted === undefined) return service;
    const origin = this.loading.origins.of(service, "extends") ?? unit.origin;
    Reflect.deleteProperty(service, "extends");
    const base = this.base(step, wanted, origin, [...before, step]);
    if (base === undefined) return service;
    const extended = this.loading.origins.clone(base) as Mapping;
    discard({ services: { [name]: extended } }, unit.discards);
    const schema = composeSchema().properties?.services?.additionalProperties;
    mergeOver(extended, service, {
      loading: this.loading,
      schema: typeof schema === "object" ? schema : undefined,
      path: ["services", name],
    });
    services[name] = extended;
    return extended;
  }

  private base(
    { unit, name }: Step,
    wanted: Mapping,
    origin: Origin,
    chain: readonly Step[],
  ): Mapping | undefined {
    const at = ["services", name, "extends"];
    const ref = textAt(wanted, "service") ?? "";
    const other = this.unitOf(unit, wanted, origin, [...at, "file"]);
    if (other === undefined) return undefined;
    const from = chain.findIndex((step) => step.unit === other && step.name === ref);
    if (from >= 0) {
      const circle = [...chain.slice(from), { unit: other, name: ref }];
      const files = new Set(circle.map((step) => step.unit));
      const names = circle.map((step) => {
        const file = this.loading.folder.shown(step.unit.file);
        return files.size > 1 ? `${quote(step.name)} of ${file}` : quote(step.name);
      });
      const message = `goes in a circle: ${names.join(" extends ")}; take one of them out`;
      this.loading.report(origin, at, message);
      return undefined;
    }
    const known = mappingAt(other.data, "services") ?? {};
    if (!Object.hasOwn(known, ref)) {
      const meant = nearest(ref, Object.keys(known));
      const cure = meant === undefined ? "define it there" : `did you mean ${quote(meant)}?`;
      const where = other === unit ? "this file" : this.loading.folder.shown(other.file);
      this.loading.report(
        this.loading.origins.of(wanted, "service") ?? origin,
        [...at, "service"],
        `is ${quote(ref)}, which is no service of ${where}; ${cure}`,
      );
      return undefined;
    }
    return isMapping(known[ref]) ? this.apply({ unit: other, name: ref }, chain) : undefined;
  }

  private unitOf(
    unit: Unit,
    wanted: Mapping,
    origin: Origin,
    at: readonly string[],
  ): Unit | undefined {
    const file = textAt(wanted, "file");
    if (file === undefined || file === unit.file) return unit;
    if (this.others.has(file)) return this.others.get(file);
    const complaint = this.loading.folder.complaint(file);
    if (complaint !== undefined) {
      this.loading.report(this.loading.origins.of(wanted, "file") ?? origin, at, complaint);
      return undefined;
    }
    const other = readUnit(this.loading, file, path.dirname(file), this.variables);
    this.others.set(file, other);
    return other;
  }
}
