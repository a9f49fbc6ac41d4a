import { currentRelease, digestOf } from "../../components/application/ledger";
import { omit } from "../../components/application/omit";
import { portable, unpackPlan, type Plan } from "../../components/application/plan";
import { propertyPath, valueDifferences } from "../../provider/application/differences";
import { failed } from "../exit";
import { PulumiStack } from "../pulumi/stack";
import type { Terminal } from "../terminal";
import { historyIn, stackNameOf } from "./ledger";

/** A part in which two environments differ. */
export interface EnvironmentDifference {
  readonly axis: "application" | "environment";
  readonly path: string;
  /** Absent where there is nothing; of secrets, only that they differ. */
  readonly one?: unknown;
  readonly other?: unknown;
}

/** `slipway diff`: what differs between two environments of an application. */
export async function runDiff(
  application: string,
  one: string,
  other: string,
  terminal: Terminal,
): Promise<void> {
  const [planOfOne, planOfOther] = await Promise.all([
    runningPlan(stackNameOf(application, one)),
    runningPlan(stackNameOf(application, other)),
  ]);
  const differences = planDifferences(planOfOne, planOfOther);
  if (differences.length === 0) terminal.say(`${one} and ${other} run the same`);
  for (const axis of ["application", "environment"] as const) {
    const ofAxis = differences.filter((difference) => difference.axis === axis);
    if (ofAxis.length === 0) continue;
    terminal.say(`${axis}:`);
    for (const { path, one: a, other: b } of ofAxis)
      terminal.say(`  ${path}: ${text(a)} (${one}), ${text(b)} (${other})`);
  }
  terminal.result({ one, other, differences });
}

async function runningPlan(name: string): Promise<Plan> {
  const outputs = await PulumiStack.named(name).outputs(true);
  const history = historyIn(outputs);
  const release = history && currentRelease(history);
  const plans = (outputs.plans ?? {}) as Readonly<Record<string, string>>;
  const packed = release && plans[String(release.number)];
  if (packed === undefined) throw failed(`${name} has no release that runs`);
  return unpackPlan(packed);
}

/** What differs between two plans. Names that carry the environment's own name (networks, volumes) are no difference. */
export function planDifferences(one: Plan, other: Plan): readonly EnvironmentDifference[] {
  const differences: EnvironmentDifference[] = [];
  const add = (axis: EnvironmentDifference["axis"], path: string, a: unknown, b: unknown) => {
    differences.push({
      axis,
      path,
      ...(a !== undefined && { one: a }),
      ...(b !== undefined && { other: b }),
    });
  };
  if (one.applicationVersion !== other.applicationVersion)
    add("application", "version", one.applicationVersion, other.applicationVersion);
  for (const [key, a, b] of pairs(digests(one), digests(other)))
    if (a !== b) add("application", `${key}.image`, a, b);
  if (one.environmentVersion !== other.environmentVersion)
    add("environment", "version", one.environmentVersion, other.environmentVersion);
  for (const { path, before, after } of valueDifferences(comparable(one), comparable(other)))
    add("environment", propertyPath(path), before, after);
  for (const [key, a, b] of pairs(one.configs, other.configs))
    if (a !== b) add("environment", `configs.${key}`, plain(a), plain(b));
  for (const [key, a, b] of pairs(one.secrets, other.secrets)) {
    if (a === b) continue;
    const shown = (value: string | undefined) => (value === undefined ? undefined : "[secret]");
    add("environment", `secrets.${key}`, shown(a), shown(b));
  }
  return differences;
}

function digests({ project, images }: Plan): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(project.services).map(([key, { image = "" }]) => [
      key,
      digestOf(images[image]?.image ?? image),
    ]),
  );
}

/** What the environment says: without images, versions, and names that begin with the project's own. */
function comparable({ project }: Plan): unknown {
  const { name, "x-slipway": extension, ...rest } = portable(project);
  const services = Object.fromEntries(
    Object.entries(rest.services).map(([key, service]) => [key, omit(service, "image")]),
  );
  const slipway = omit(extension ?? {}, "version");
  const text = JSON.stringify({ ...rest, services, "x-slipway": slipway });
  return JSON.parse(text.replaceAll(`"${name}_`, '"')) as unknown;
}

function pairs<T>(
  one: Readonly<Record<string, T>>,
  other: Readonly<Record<string, T>>,
): readonly (readonly [string, T | undefined, T | undefined])[] {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].sort().map((key) => [key, one[key], other[key]] as const);
}

function plain(base64: string | undefined): string | undefined {
  return base64 === undefined ? undefined : Buffer.from(base64, "base64").toString("utf8");
}

function text(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
