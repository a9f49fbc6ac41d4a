import { currentRelease, releaseBefore, type Release } from "../../components/application/ledger";
import { author } from "../../stacks/application/author";
import type { DeploymentRequest } from "../../stacks/application/request";
import { badUsage, CliError, exitCode, failed } from "../exit";
import { interruptSignal } from "../interrupt";
import { PulumiStack } from "../pulumi/stack";
import type { Terminal } from "../terminal";
import { recordInConfig } from "./configFile";
import { historyIn, releaseHistory, stackNameOf, type ReleaseHistory } from "./ledger";
import {
  deploy,
  describe,
  foresee,
  releaseOf,
  settleDrift,
  type DriftChoice,
  type UpdateRequest,
} from "./update";

export interface Target {
  readonly application: string;
  readonly environment: string;
}

/** How a deployment is to be done. */
export interface DeployOptions {
  readonly drift: DriftChoice;
  readonly force: boolean;
  readonly dryRun: boolean;
  /** Folders of policy packs that are asked first. */
  readonly policyPacks: readonly string[];
}

/** `slipway deploy`: a version of the application, with the environment as its files have it now. */
export async function runDeploy(
  target: Target,
  version: string | undefined,
  options: DeployOptions,
  terminal: Terminal,
): Promise<void> {
  const stack = stackOf(target);
  const request: DeploymentRequest = {
    kind: "deploy",
    version,
    release: null,
    force: options.force,
  };
  await perform(stack, request, options, terminal);
}

/** `slipway rollback`: both versions of an earlier release, as it ran. */
export async function runRollback(
  target: Target,
  to: number | undefined,
  options: DeployOptions,
  terminal: Terminal,
): Promise<void> {
  const stack = stackOf(target);
  const history = await releaseHistory(stack);
  const wanted =
    to === undefined
      ? await releaseToBringBack(stack, history)
      : history.releases.find(({ number, outcome }) => number === to && outcome === "succeeded");
  if (wanted === undefined) {
    throw badUsage(
      to === undefined
        ? `${stack.name} has no release before the current one`
        : `${stack.name} has no release #${to} that succeeded: \`slipway releases ${target.application} ${target.environment}\` lists them`,
    );
  }
  terminal.say(`back to ${titleOf(wanted)}`);
  const request = rollbackRequest(wanted);
  await perform(stack, request, options, terminal);
}

/** The release before the current one; after an update that failed half way the current one itself. */
async function releaseToBringBack(
  stack: PulumiStack,
  history: ReleaseHistory,
): Promise<Release | undefined> {
  return (await stack.lastUpdateFailed()) ? currentRelease(history) : releaseBefore(history);
}

/** `slipway promote`: the images that run in one environment, by digest, in another one. */
export async function runPromote(
  application: string,
  from: string,
  to: string,
  options: DeployOptions,
  terminal: Terminal,
): Promise<void> {
  const source = stackOf({ application, environment: from });
  const release = currentRelease(await releaseHistory(source));
  if (release === undefined) throw failed(`${source.name} has no release that succeeded`);
  terminal.say(`promotes ${source.name} ${titleOf(release)}`);
  const digests = Object.fromEntries(
    Object.entries(release.images).map(([key, image]) => [
      key,
      image.slice(image.indexOf("@") + 1),
    ]),
  );
  const request: DeploymentRequest = {
    kind: "promote",
    of: `${source.name} #${release.number}`,
    version: release.applicationVersion,
    release: null,
    digests,
    force: options.force,
  };
  await perform(stackOf({ application, environment: to }), request, options, terminal);
}

function stackOf({ application, environment }: Target): PulumiStack {
  return PulumiStack.named(stackNameOf(application, environment));
}

function rollbackRequest(release: Release): DeploymentRequest {
  return { kind: "rollback", of: `#${release.number}`, release: release.number };
}

/** Looks, deploys, and goes back where that fails. */
async function perform(
  stack: PulumiStack,
  request: DeploymentRequest,
  { drift, dryRun, policyPacks }: DeployOptions,
  terminal: Terminal,
): Promise<void> {
  const signal = interruptSignal(terminal);
  const update: UpdateRequest = { stack, request, drift, policyPacks, terminal, signal };
  const foreseen = await foresee(update);
  const release = releaseOf(foreseen, stack);
  if (foreseen.changes.length === 0) terminal.say("no change on the cluster");
  else for (const line of describe(foreseen)) terminal.say(line);
  if (dryRun) {
    terminal.result({ stack: stack.name, changes: foreseen.changes.length, dryRun: true });
    return;
  }
  const settled = await settleDrift(update, foreseen);
  if (foreseen.changes.length > 0 || !foreseen.isRecorded) {
    try {
      await deploy(settled);
    } catch (error) {
      // Somebody else's deployment is nothing to go back from.
      const hasFailed = error instanceof CliError && error.exit === exitCode.failed;
      if (!hasFailed || signal.aborted) throw error;
      await goBack(settled, release, error);
    }
  }
  recordInConfig(stack, {
    "slipway:version": release.applicationVersion,
    "slipway:release": typeof request.release === "number" ? String(request.release) : undefined,
  });
  terminal.say(`${stack.name} runs ${titleOf(release)}`);
  terminal.result({
    stack: stack.name,
    applicationVersion: release.applicationVersion,
    environmentVersion: release.environmentVersion,
    images: release.images,
    changes: foreseen.changes.length,
  });
}

/**
 * Brings the whole application back to the release before a failed deployment, and records both.
 * @throws CliError always: the deployment has failed.
 */
async function goBack(update: UpdateRequest, tried: Release, error: CliError): Promise<never> {
  const { stack, terminal } = update;
  const current = currentRelease(historyIn(await stack.outputs()) ?? { releases: [] });
  const reason = error.message;
  if (reason.includes("x-slipway.rollback: pause")) {
    throw failed(
      `${reason}\nthe rollout has stopped where it was, as the file asks for: mend it and deploy again, or run \`slipway rollback\``,
    );
  }
  if (current === undefined) {
    throw failed(
      `${reason}\nthere is no release before this one to go back to: mend it and deploy again`,
    );
  }
  terminal.progress(`failed: ${reason.split("\n")[0] ?? ""}`);
  terminal.progress(`the whole application goes back to ${titleOf(current)}`);
  const failedRelease = {
    applicationVersion: tried.applicationVersion,
    environmentVersion: tried.environmentVersion,
    environmentHash: tried.environmentHash,
    images: tried.images,
    planHash: tried.planHash,
    kind: update.request.kind ?? "deploy",
    outcome: "failed" as const,
    failure: reason.split("\n").slice(0, 3).join(" "),
    ...author(stack.folder),
    at: new Date().toISOString(),
  };
  try {
    await deploy({
      ...update,
      drift: "overwrite",
      // What ran before comes back, whatever a rule says of it by now.
      policyPacks: [],
      request: { ...rollbackRequest(current), failed: failedRelease },
    });
  } catch (second) {
    throw failed(
      `${reason}\nand the way back has failed too: ${(second as Error).message}\nrun \`slipway rollback\` again when the cause is mended`,
    );
  }
  throw failed(`${reason}\n${stack.name} runs ${titleOf(current)} again, all of it`);
}

/** `#7: application 2.0.1, environment 1.1.0`. */
function titleOf(release: Partial<Release>): string {
  const { number, applicationVersion = "?", environmentVersion } = release;
  const versions = [
    `application ${applicationVersion}`,
    ...(environmentVersion === undefined ? [] : [`environment ${environmentVersion}`]),
  ].join(", ");
  return number === undefined ? versions : `#${number}: ${versions}`;
}
