/** An audit of the shop on a Swarm, with a violation of each level of knowing. */
import { evidence, type Evidence } from "../../../cli/audit/evidence";
import { judge, type Collected } from "../../../cli/audit/judge";
import { planOf } from "../../../cli/audit/plan";
import { unknownText } from "../../../policies/core/value";
import { rules } from "../../../policies/rules";
import type { Decisions } from "../../../policies/settings/load";
import { noSettings } from "../../../policies/settings/settings";
import { changed, registry } from "./judge";
import { onSwarm } from "./recorded";

export const now = new Date("2026-11-22T12:00:00Z");

const exemption = {
  rule: "SLW-APP-017",
  stack: "shop-prod",
  resource: "shop-prod_store",
  reason: "its volume is on one node",
  owner: "ops",
  expires: "2027-06-30",
  place: { file: "stacks/exemptions.yml", line: 3, column: 5 },
};
const stale = { ...exemption, resource: "gone", expires: "2026-01-01" };

export const decisions: Decisions = {
  settings: noSettings,
  exemptions: [exemption, stale],
  folder: ".",
  files: ["stacks/exemptions.yml"],
};

/** @param image of one of its services: what a policy has something against */
export async function shop(image: string): Promise<Collected> {
  const recorded = await onSwarm({ application: "shop", environment: "prod", stack: "shop-prod" });
  const container = ["spec", "TaskTemplate", "ContainerSpec"];
  const broken = changed(
    changed(recorded, "shop-prod-web", [...container, "Image"], image),
    "shop-prod-api",
    [...container, "Env"],
    unknownText,
  );
  return { stack: "shop-prod", ...broken };
}

export async function auditedShop(image: string, shuffle = false): Promise<Evidence> {
  const collected = await shop(image);
  const resources = shuffle ? [...collected.resources].reverse() : collected.resources;
  const judged = await judge({ ...collected, resources }, decisions, now, registry);
  return evidence(
    {
      toolVersion: "0.1.0",
      made: now.toISOString(),
      commit: "abc",
      source: "preview",
      decisions: [{ file: "stacks/exemptions.yml", sha256: "0".repeat(64) }],
    },
    [{ ...judged, plan: planOf([], judged.view) }],
    rules,
    decisions.exemptions,
  );
}
