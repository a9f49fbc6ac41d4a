import type { Release } from "../../components/application/ledger";
import { driftVariable } from "../../provider/application/driftMode";
import { jobsVariable } from "../../provider/application/jobMode";
import { requestVariable, type DeploymentRequest } from "../../stacks/application/request";
import { badUsage, CliError, failed, refused } from "../exit";
import type { Change } from "../pulumi/events";
import type { PulumiStack, UpdateOptions } from "../pulumi/stack";
import { nameOf } from "../pulumi/state";
import type { Terminal } from "../terminal";

/** What a deployment does with what somebody else has changed on the cluster. */
export type DriftChoice = "stop" | "overwrite" | "accept";

export interface UpdateRequest {
  readonly stack: PulumiStack;
  readonly request: DeploymentRequest;
  readonly drift: DriftChoice;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** What a preview has found. */
export interface Foreseen {
  readonly changes: readonly Change[];
  /** What would be recorded as the release. */
  readonly release: Partial<Release>;
  /** The release that runs is the same already. */
  readonly isRecorded: boolean;
}

/**
 * Looks at what a deployment would change, preflight included.
 *
 * @throws CliError with everything that stands against it; `refused` when somebody else has changed a service and
 * nobody has said what is to become of that.
 */
export async function foresee(options: UpdateRequest): Promise<Foreseen> {
  const { stack, drift, terminal, signal } = options;
  const warnings: string[] = [];
  let release: Partial<Release> = {};
  let isRecorded = false;
  const changes = await previewed(stack, {
    env: environmentOf(options),
    signal,
    onOutputs: ({ now, before }) => {
      release = now;
      isRecorded = now.planHash === before.planHash;
    },
    onMessage: ({ severity, text }) => {
      if (severity === "warning" && !warnings.includes(text)) warnings.push(text);
    },
  });
  for (const warning of warnings) terminal.say(`warning: ${warning}`);
  const drifted = changes.filter((change) => change.drift.length > 0);
  if (drifted.length > 0 && drift === "stop") {
    const names = drifted.map(({ urn }) => nameOf(urn)).join(", ");
    throw refused(
      `somebody has changed ${names} on the cluster since the last deployment (see above); nothing was changed. --overwrite puts back what was deployed, --accept leaves it alone in this deployment`,
    );
  }
  return { changes: changes.filter(isOfCluster), release, isRecorded };
}

/** What stands in a file against a deployment is wrong input: nothing was tried. */
async function previewed(stack: PulumiStack, options: UpdateOptions): Promise<readonly Change[]> {
  try {
    return await stack.preview(options);
  } catch (error) {
    const isAboutInput = error instanceof CliError && /^\S+:\d+:\d+ /m.test(error.message);
    throw isAboutInput ? badUsage(error.message) : error;
  }
}

/** Deploys. @throws CliError with what failed. */
export async function deploy(options: UpdateRequest): Promise<void> {
  const { stack, terminal, signal } = options;
  let last = "";
  await stack.up({
    env: environmentOf(options),
    signal,
    onChange: (change) => {
      if (!isOfCluster(change)) return;
      const name = nameOf(change.urn);
      if (change.failed) terminal.progress(`${name}: failed`);
      else terminal.progress(`${name}: ${change.done ? "done" : change.op}`);
    },
    onMessage: ({ severity, text, isPassing }) => {
      if (severity === "error" || text === last) return;
      if (isPassing || severity === "info") terminal.progress(text);
      last = text;
    },
  });
}

/** Whether something on the cluster changes, not only what Pulumi keeps for itself. */
function isOfCluster({ type }: Change): boolean {
  return ofCluster.some((beginning) => type.startsWith(beginning));
}

const ofCluster = ["slipway:index:Swarm", "slipway:index:KubernetesJob", "kubernetes:"];

function environmentOf({ request, drift }: UpdateRequest): Readonly<Record<string, string>> {
  return {
    [requestVariable]: JSON.stringify(request),
    [driftVariable]: drift === "accept" ? "accept" : "restore",
    [jobsVariable]: request.kind === "rollback" ? "skip" : "run",
  };
}

/** For people: what a preview has found. */
export function describe({ changes }: Foreseen): readonly string[] {
  return changes.map(({ op, urn }) => `  ${op.padEnd(20)} ${nameOf(urn)}`);
}

/** @throws CliError when a preview tells no release: then the program is none of an application. */
export function releaseOf({ release }: Foreseen, stack: PulumiStack): Release {
  if (typeof release.applicationVersion === "string") return release as Release;
  throw failed(
    `${stack.name} is no application's Pulumi stack: its configuration has no slipway:stack`,
  );
}
