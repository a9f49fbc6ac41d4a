import type { SwarmServiceInputs, SwarmServiceSpec } from "../sdk/shapes";
import { valueDifferences, withPart, type ValueDifference } from "./differences";
import { familiarName } from "../sdk/imageName";
import { ownerLabel, scheduledLabel } from "../sdk/ownership";
import type { ServiceSpec } from "./types";

/** What somebody else counts up to restart tasks: never a difference, and never set back, which would restart them again. */
const forceUpdate = ["TaskTemplate", "ForceUpdate"] as const;
/** What a scheduler sets to start a task of a scheduled service. */
const replicas = ["Mode", "Replicated", "Replicas"] as const;
const image = ["TaskTemplate", "ContainerSpec", "Image"] as const;

/** The specification that is written: the inputs' own, with name and owner. */
export function wantedSpec(
  { name, spec }: Pick<SwarmServiceInputs, "name" | "spec">,
  owner: string,
  live?: ServiceSpec,
): ServiceSpec {
  const labels = (spec.Labels ?? {}) as Readonly<Record<string, string>>;
  const wanted: unknown = { ...spec, Name: name, Labels: { ...labels, [ownerLabel]: owner } };
  return withPart(wanted, forceUpdate, live?.TaskTemplate?.ForceUpdate) as ServiceSpec;
}

/** A live specification as it is recorded. */
export function recordedSpec(live: ServiceSpec): SwarmServiceSpec {
  const spec = withPart(live, forceUpdate, undefined) as SwarmServiceSpec;
  return isScheduled(live) ? (withPart(spec, replicas, 0) as SwarmServiceSpec) : spec;
}

/** Whether tasks of a service come and go at times that a scheduler knows, and not by what is written here. */
export function isScheduled({ Labels }: Pick<ServiceSpec, "Labels">): boolean {
  return Labels?.[scheduledLabel] === "true";
}

/** What somebody else has changed since a specification was recorded. */
export function driftOf(applied: SwarmServiceSpec, live: ServiceSpec): readonly ValueDifference[] {
  return valueDifferences(familiar(applied), familiar(recordedSpec(live)));
}

/** With the image's name as everybody writes it in the end: the same image by another name is no difference. */
function familiar(spec: SwarmServiceSpec): unknown {
  const { TaskTemplate } = spec as Pick<ServiceSpec, "TaskTemplate">;
  const name = TaskTemplate?.ContainerSpec?.Image;
  return name === undefined ? spec : withPart(spec, image, familiarName(name));
}

/** A specification with what somebody else has changed in it. */
export function withDrift<T>(spec: T, drift: readonly ValueDifference[]): T {
  return drift.reduce<unknown>((value, { path, after }) => withPart(value, path, after), spec) as T;
}

/** A recorded specification as it was before somebody else changed it. */
export function withoutDrift<T>(spec: T, drift: readonly ValueDifference[]): T {
  return drift.reduce<unknown>(
    (value, { path, before }) => withPart(value, path, before),
    spec,
  ) as T;
}

/** `TaskTemplate.ContainerSpec.Image: "a" → "b"`, for people. */
export function describeDrift(drift: readonly ValueDifference[]): string {
  const text = (value: unknown) => (value === undefined ? "nothing" : JSON.stringify(value));
  return drift
    .map(({ path, before, after }) => `${path.join(".")}: ${text(before)} → ${text(after)}`)
    .join("; ");
}
