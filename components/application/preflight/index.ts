import type { ComposeProject } from "../../spec";
import type { PinnedImage } from "../digests";
import type { ApplicationNames } from "../names";
import type { SwarmFacts } from "./facts";
import { kernelObjections } from "./kernel";
import type { Objection } from "./objection";
import { placementObjections } from "./placement";
import { schedulerObjections } from "./scheduler";
import { portObjections } from "./ports";
import { ownershipObjections, referenceObjections } from "./references";

export type { ClusterFeatures, SwarmFacts } from "./facts";
export { gatherFacts } from "./gather";
export type { Objection } from "./objection";

export interface PreflightArgs {
  readonly project: ComposeProject;
  /** By name as the file has it; without those that can't be had. */
  readonly images: Readonly<Record<string, PinnedImage>>;
  readonly names: ApplicationNames;
  /** `<project>/<stack>` that deploys. */
  readonly owner: string;
  readonly facts: SwarmFacts;
}

/** Everything that stands against a deployment, before anything is touched. */
export function preflight(args: PreflightArgs): readonly Objection[] {
  const { project, names, owner, facts } = args;
  return [
    ...kernelObjections(project, facts.features),
    ...schedulerObjections(project, facts),
    ...referenceObjections(project, facts),
    ...ownershipObjections(project, names, owner, facts),
    ...placementObjections(args),
    ...portObjections(project, names, owner, facts),
  ];
}
