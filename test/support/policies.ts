/** Runs of Pulumi with the policy pack, as users type them. */
import assert from "node:assert/strict";
import { mkdtemp, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import type { Lab } from "../../lab";
import type { Expected } from "./brokenVariants";
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

/**
 * Writes what holds for a test's Pulumi stacks.
 *
 * @param own what differs from what the lab's samples are held to.
 * @param others names of environments that have none of the test's stacks.
 */
type Decide = (own: object, others?: readonly string[]) => Promise<void>;

/** A lab whose Pulumi stacks are held to the rules as the samples of this repository are, by files of the test's own. */
export async function guarded(
  lab: Lab,
  exemptions: readonly object[],
  settings: object = {},
): Promise<Lab & { readonly decide: Decide }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "slipway-decisions-"));
  const decide: Decide = (own, others = []) =>
    writeFile(
      path.join(folder, "policies.yml"),
      stringify({
        environments: {
          test: { stacks: ["*"], ...ofLab, ...own },
          ...Object.fromEntries(others.map((name) => [name, { stacks: ["nobody"] }])),
        },
        registries: { caCertificates: ["${SLIPWAY_LAB_CA}"] },
      }),
    );
  await decide(settings);
  await writeFile(path.join(folder, "exemptions.yml"), stringify({ exemptions }));
  return { ...lab, env: { ...lab.env, SLIPWAY_POLICIES: folder }, decide };
}

/** A preview that the pack is to stop: each of the rules says so, with what is wrong, where, why, and how to mend it. */
export async function expectStopped(site: Site, expected: readonly Expected[]): Promise<void> {
  const args = ["preview", "--non-interactive", "--stack", site.stack, ...withPack];
  expectTold(await site.pulumi(...args), expected);
}

/** That a run was stopped, and has told of all that is expected. */
export function expectTold({ code, output }: Outcome, expected: readonly Expected[]): void {
  assert.notEqual(code, 0, `it was not stopped:\n${tail(output)}`);
  const violations = output.split(/^\s*- (?=\[)/m).filter((text) => text.startsWith("[mandatory]"));
  const untold = expected.filter(
    ({ rule, at, message }) =>
      !violations.some(
        (text) =>
          text.includes(`${rule} `) &&
          message.test(text) &&
          (at === undefined || text.includes(at)) &&
          /Why: [^]*?Mend: /.test(text),
      ),
  );
  assert.deepEqual(untold, [], `not told:\n${tail(output)}`);
}

export function expectDone({ code, output }: Outcome): void {
  assert.equal(code, 0, tail(output));
}
