/** Runs of Pulumi with the policy pack, as users type them. */
import assert from "node:assert/strict";
import { mkdtemp, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import type { Lab } from "../../lab";
import { tail, type Outcome } from "./command";
import type { Site } from "./site";

export const pack = path.resolve(__dirname, "../../policies");
export const withPack = ["--policy-pack", pack] as const;

/** What the lab can't have, as stacks/policies.yml says for its samples. */
const ofLab = {
  level: "mandatory",
  levels: {
    "SLW-VM-002": "disabled",
    "SLW-CLU-003": "advisory",
    "SLW-CLU-004": "disabled",
    "SLW-CLU-010": "disabled",
  },
  parameters: {
    "SLW-APP-017": { min: 1 },
    "SLW-CLU-002": { min: 1 },
    "SLW-VM-006": { categories: [] },
    "SLW-STK-001": { tls: false },
  },
};

/** A lab whose Pulumi stacks are held to the rules as the samples of this repository are, by files of the test's own. */
export async function guarded(
  lab: Lab,
  exemptions: readonly object[],
  settings: object = {},
): Promise<Lab & { readonly decide: (settings: object) => Promise<void> }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "slipway-decisions-"));
  const decide = (own: object) =>
    writeFile(
      path.join(folder, "policies.yml"),
      stringify({
        environments: { test: { stacks: ["*"], ...ofLab, ...own } },
        registries: { caCertificates: ["${SLIPWAY_LAB_CA}"] },
      }),
    );
  await decide(settings);
  await writeFile(path.join(folder, "exemptions.yml"), stringify({ exemptions }));
  return { ...lab, env: { ...lab.env, SLIPWAY_POLICIES: folder }, decide };
}

/** A preview that the pack is to stop: each of the rules says so, with how to mend it. */
export async function expectStopped(site: Site, rules: readonly string[]): Promise<void> {
  const args = ["preview", "--non-interactive", "--stack", site.stack, ...withPack];
  const { code, output } = await site.pulumi(...args);
  assert.notEqual(code, 0, `the preview was not stopped:\n${tail(output)}`);
  for (const rule of rules) {
    const said = new RegExp(`\\[mandatory\\].*${rule}[^]*?Why: [^]*?Mend: `);
    assert.match(output, said, `${rule} was not told:\n${tail(output)}`);
  }
}

export function expectDone({ code, output }: Outcome): void {
  assert.equal(code, 0, tail(output));
}
