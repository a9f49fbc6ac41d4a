import * as pulumi from "@pulumi/pulumi";
import type { AddonsArgs } from "../components/kubernetes";
import type * as objects from "../policies/admission/objects";
import { loadDecisions } from "../policies/settings/load";
import { regimeOf } from "../policies/settings/regime";
import { settingsFor } from "../policies/settings/settings";

/**
 * Policies that the API server of this cluster holds itself, where the site's settings want that (`admission: true` of the
 * environment of this Pulumi stack).
 *
 * @throws SpecError where the settings or exemptions are wrong.
 */
export function admission(): AddonsArgs["admission"] {
  const decisions = loadDecisions(pulumi.getRootDirectory());
  const stack = pulumi.getStack();
  if (!settingsFor(decisions.settings, stack).admission) return undefined;
  const { admissionObjects } = module.require("../policies/admission/objects") as typeof objects;
  const now = new Date();
  const { exemptions } = decisions;
  const regime = regimeOf(decisions, stack, now);
  return (namespaces) => admissionObjects({ regime, exemptions, now, namespaces });
}
