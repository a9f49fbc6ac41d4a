import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import type { AddonsArgs } from "../components/kubernetes";
import type * as objects from "../policies/admission/objects";
import { decisionsFolder, fileIn, settingsFile } from "../policies/settings/files";
import type * as loading from "../policies/settings/load";
import type * as regimes from "../policies/settings/regime";
import type * as decided from "../policies/settings/settings";

/**
 * Policies that the API server of this cluster holds itself, where the site's settings want that (`admission: true` of the
 * environment of this Pulumi stack).
 *
 * @throws SpecError where the settings or exemptions are wrong.
 */
export function admission(): AddonsArgs["admission"] {
  const root = pulumi.getRootDirectory();
  if (!isWanted(root)) return undefined;
  const { loadDecisions } = module.require("../policies/settings/load") as typeof loading;
  const { regimeOf } = module.require("../policies/settings/regime") as typeof regimes;
  const settled = module.require("../policies/settings/settings") as typeof decided;
  const decisions = loadDecisions(root);
  const stack = pulumi.getStack();
  const { settings, exemptions } = decisions;
  if (!settled.settingsFor(settings, stack).admission) return undefined;
  const { admissionObjects } = module.require("../policies/admission/objects") as typeof objects;
  const now = new Date();
  const regime = regimeOf(decisions, stack, now);
  const here = settled.environmentOf(settings, stack);
  const isOfHere = (other: string) => settled.environmentOf(settings, other) === here;
  return (namespaces) => admissionObjects({ regime, exemptions, isOfHere, now, namespaces });
}

/** Whether any environment wants it: no rule is loaded for a cluster without. */
function isWanted(root: string): boolean {
  const file = fileIn(decisionsFolder(root, process.env), settingsFile);
  return file !== undefined && /\badmission:/.test(readFileSync(file, "utf8"));
}
