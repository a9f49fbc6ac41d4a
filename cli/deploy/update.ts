import type { Release } from "../../components/application/ledger";
import { driftVariable } from "../../provider/application/driftMode";
import { jobsVariable } from "../../provider/application/jobMode";
import { requestVariable, type DeploymentRequest } from "../../stacks/application/request";
import { badUsage, CliError, failed, refused } from "../exit";
import type { Change } from "../pulumi/events";
import type { PulumiStack } from "../pulumi/stack";
import { nameOf } from "../pulumi/state";
import type { Terminal } from "../terminal";
import { deployedObjects, driftOf, type Deployed } from "./kubernetes/deployed";
import type { ObjectDrift } from "./kubernetes/drift";
import { restoreObjects } from "./kubernetes/restore";

/** What a deployment does with what somebody else has changed on the cluster. */
export type DriftChoice = "stop" | "overwrite" | "accept";

export interface UpdateRequest {
  readonly stack: PulumiStack;
  readonly request: DeploymentRequest;
  readonly drift: DriftChoice;
  /** URNs of Kubernetes objects that stay as somebody else has made them. Default: none. */
  readonly accepted?: readonly string[];
  /** Policy packs that are asked, before and while it is deployed. Default: none. */
  readonly policyPacks?: readonly string[];
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

interface Preview {
  readonly changes: readonly Change[];
  /** What would be recorded as the release. */
  readonly release: Partial<Release>;
  /** The release that runs is the same already. */
  readonly isRecorded: boolean;
  readonly warnings: readonly string[];
}

/** What is foreseen of a deployment. */
export interface Foreseen extends Around, Preview {}

/**
 * Looks at what a deployment would change, preflight included.
 *
 * @throws CliError with everything that stands against it; `refused` when somebody else has changed a service and
 * nobody has said what is to become of that.
 */
export async function foresee(options: UpdateRequest): Promise<Foreseen> {
  const { stack, drift, terminal } = options;
  // Side by side: drift is rare, and what is foreseen beside it is not used.
  const [around, first] = await Promise.all([lookAround(stack), settled(previewed(options))]);
  for (const { text } of around.drifted) terminal.say(`warning: ${text}`);
  if (drift === "stop") refuseDrift(around.drifted);
  const foreseen =
    around.drifted.length === 0
      ? await first()
      : // The plugin would not foresee what it can't apply beside somebody else's changes.
        await previewed(
          options,
          around.drifted.map(({ urn }) => urn),
        );
  const { changes, warnings } = foreseen;
  for (const warning of warnings) terminal.say(`warning: ${warning}`);
  // What the Kubernetes plugin changes, it never tells to come from the program.
  const told = changes.filter(({ type }) => type.startsWith("slipway:"));
  if (drift === "stop") refuseDrift(told.filter((change) => change.drift.length > 0));
  return { ...foreseen, changes: changes.filter(isOfCluster), ...around };
}

/** Waits until a promise has an outcome, which whoever wants it calls for. */
async function settled<T>(promise: Promise<T>): Promise<() => Promise<T>> {
  await promise.catch(() => undefined);
  return () => promise;
}

/** What is on a Kubernetes cluster of an application. */
interface Around {
  /** Absent where it is on no Kubernetes cluster. */
  readonly deployed?: Deployed;
  /** Objects that somebody else has changed, or removed. */
  readonly drifted: readonly ObjectDrift[];
}

/** Slipway's own provider looks at what is there in a preview; Pulumi's Kubernetes plugin does not. */
async function lookAround(stack: PulumiStack): Promise<Around> {
  const deployed = await deployedObjects(stack);
  return deployed === undefined ? { drifted: [] } : { deployed, drifted: await driftOf(deployed) };
}

function refuseDrift(drifted: readonly { readonly urn: string }[]): void {
  if (drifted.length === 0) return;
  const names = drifted.map(({ urn }) => nameOf(urn)).join(", ");
  throw refused(
    `somebody has changed ${names} on the cluster since the last deployment (see above); nothing was changed. --overwrite puts back what was deployed, --accept leaves it alone in this deployment`,
  );
}

/** Puts back, or leaves alone, what somebody else has changed. @returns the request to go on with. */
export async function settleDrift(
  request: UpdateRequest,
  { deployed, drifted }: Foreseen,
): Promise<UpdateRequest> {
  const urns = drifted.map(({ urn }) => urn);
  if (deployed === undefined || urns.length === 0) return request;
  if (request.drift === "accept") return { ...request, accepted: urns };
  const resources = deployed.resources.filter(({ urn }) => urns.includes(urn));
  await restoreObjects({ ...deployed, resources }, request.terminal, request.signal);
  return request;
}

/** @throws CliError; what stands in a file against a deployment is wrong input: nothing was tried. */
async function previewed(
  options: UpdateRequest,
  exclude: readonly string[] = [],
): Promise<Preview> {
  const warnings: string[] = [];
  let release: Partial<Release> = {};
  let isRecorded = false;
  try {
    const changes = await options.stack.preview({
      exclude,
      env: environmentOf(options),
      policyPacks: options.policyPacks,
      signal: options.signal,
      onOutputs: ({ now, before }) => {
        release = now;
        isRecorded = now.planHash === before.planHash;
      },
      onMessage: ({ severity, text }) => {
        if (severity === "warning" && !warnings.includes(text)) warnings.push(text);
      },
    });
    return { changes, release, isRecorded, warnings };
  } catch (error) {
    const isAboutInput = error instanceof CliError && /^\S+:\d+:\d+ /m.test(error.message);
    throw isAboutInput ? badUsage(error.message) : error;
  }
}

/** Deploys. @throws CliError with what failed. */
export async function deploy(options: UpdateRequest): Promise<void> {
  const { stack, accepted, policyPacks, terminal, signal } = options;
  let last = "";
  await stack.up({
    env: environmentOf(options),
    exclude: accepted,
    policyPacks,
    signal,
    onChange: (change) => {
      if (!isOfCluster(change) || isWaiting(change)) return;
      const name = nameOf(change.urn);
      if (change.failed) terminal.progress(`${name}: failed`);
      else terminal.progress(`${name}: ${change.done ? "done" : change.op}`);
    },
    onMessage: ({ severity, text, isPassing }) => {
      if (severity === "error" || text === last || text === ofNoUse) return;
      if (isPassing || severity === "info") terminal.progress(text);
      last = text;
    },
  });
}

/** What Pulumi's Kubernetes plugin says of each workload: Slipway watches its rollout itself. */
const ofNoUse = "Skipping await logic";

/** Whether something on the cluster changes, not only what Pulumi keeps for itself. */
function isOfCluster({ type }: Change): boolean {
  return ofCluster.some((beginning) => type.startsWith(beginning));
}

const ofCluster = ["slipway:index:Swarm", "slipway:index:Kubernetes", "kubernetes:"];

function environmentOf({ request, drift }: UpdateRequest): Readonly<Record<string, string>> {
  return {
    [requestVariable]: JSON.stringify(request),
    [driftVariable]: drift === "accept" ? "accept" : "restore",
    [jobsVariable]: request.kind === "rollback" ? "skip" : "run",
  };
}

/** It only waits for what another one has changed. */
function isWaiting({ type }: Change): boolean {
  return type === "slipway:index:KubernetesRollout";
}

/** For people: what a preview has found. */
export function describe({ changes }: Foreseen): readonly string[] {
  return changes
    .filter((change) => !isWaiting(change))
    .map(({ op, urn }) => `  ${op.padEnd(20)} ${nameOf(urn)}`);
}

/** @throws CliError when a preview tells no release: then the program is none of an application. */
export function releaseOf({ release }: Foreseen, stack: PulumiStack): Release {
  if (typeof release.applicationVersion === "string") return release as Release;
  throw failed(
    `${stack.name} is no application's Pulumi stack: its configuration has no slipway:stack`,
  );
}
