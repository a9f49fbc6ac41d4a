import { existsSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { environmentHash, unpackPlan, type Ledger, type Plan } from "../../components/application";
import {
  fileValues,
  loadCompose,
  inOrder,
  renderProblem,
  SpecError,
  supportFindings,
  type ComposeProject,
  type LoadedCompose,
  type Orchestrator,
  type Problem,
  type Severity,
} from "../../components/spec";
import type { ApplicationSettings } from "./settings";

/** What is to be deployed, but for the digests of its images, which the cluster is asked for. */
export interface Source {
  readonly plan: Plan;
  /** Whether the images are pinned already: what comes from the ledger is what ran. */
  readonly isPinned: boolean;
  /** A problem at the place where the source asks for what is wrong. */
  readonly problemAt: (
    path: readonly (string | number)[],
    message: string,
    severity?: Severity,
  ) => Problem;
}

/** Stands for the application's version while the environment is looked at on its own. */
const anyVersion = "slipway-any-version";

/** What becomes of the settings once the cluster and the ledger are known. */
export type SourceOn = (orchestrator: Orchestrator, ledger: Ledger) => Source;

/**
 * Files are loaded while the engine, in a process of its own, reads and decrypts what it was asked for just before.
 *
 * @throws SpecError with every problem of the files themselves.
 */
export async function sourceOf(settings: ApplicationSettings): Promise<SourceOn> {
  const { release } = settings;
  if (release !== undefined) return (_, ledger) => fromLedger(ledger, release);
  await sleep(sendingMs);
  const files = readFiles(settings);
  return (orchestrator) => fromFiles(files, settings, orchestrator);
}

/** Within this time, milliseconds, a question to the engine has left this process, which does nothing else while it loads files. */
const sendingMs = 5;

/** Compose files of an application in its environment, before anybody knows which orchestrator they are for. */
interface ComposeFiles {
  readonly loaded: LoadedCompose;
  /** The same with `anyVersion` as the application's. */
  readonly environment: ComposeProject;
  /** Where relative paths of the files start. */
  readonly folder: string;
}

/**
 * Loads the Compose files of an application in its environment.
 *
 * @throws SpecError with every problem of the files themselves.
 */
function readFiles(settings: ApplicationSettings): ComposeFiles {
  const root = pulumi.getRootDirectory();
  const files = composeFiles(root, settings);
  const load = (version: string) =>
    named(root, () =>
      loadCompose(files, {
        projectName: settings.application,
        profiles: settings.profiles,
        variables: {
          ...process.env,
          ...settings.variables,
          VERSION: version,
          ...(settings.registry !== undefined && { REGISTRY: settings.registry }),
        },
      }),
    );
  return {
    loaded: load(settings.version),
    environment: load(anyVersion).project,
    folder: path.dirname(files[0] ?? root),
  };
}

/**
 * What is to be deployed, as the files have it.
 *
 * @throws SpecError with every problem of the files on that orchestrator, configs and secrets included.
 */
function fromFiles(
  { loaded, environment, folder }: ComposeFiles,
  settings: ApplicationSettings,
  orchestrator: Orchestrator,
): Source {
  const { project } = loaded;
  const values = fileValues(project, { ...process.env, ...settings.secrets });
  const findings = [...values.findings, ...supportFindings(project, orchestrator, folder)];
  const problems = inOrder([
    ...loaded.warnings,
    ...findings.map(({ path: at, message, severity }) => loaded.problemAt(at, message, severity)),
  ]);
  if (problems.some(({ severity }) => severity === "error")) throw new SpecError(problems);
  for (const warning of problems) void pulumi.log.warn(renderProblem(warning));
  const { configs } = fileValues(environment, process.env);
  return {
    plan: {
      applicationVersion: settings.version,
      environmentVersion: project["x-slipway"]?.version,
      environmentHash: environmentHash(environment, configs),
      project,
      configs: values.configs,
      secrets: values.secrets,
      images: {},
      versioned: Object.entries(environment.services).flatMap(([key, { image }]) =>
        image?.includes(anyVersion) === true ? [project.services[key]?.image ?? ""] : [],
      ),
    },
    isPinned: false,
    problemAt: (at, message, severity) => loaded.problemAt(at, message, severity),
  };
}

/** A release as the ledger keeps it, digests and all. */
function fromLedger(ledger: Ledger, release: number): Source {
  const packed = ledger.plans[String(release)];
  if (packed === undefined) {
    const kept = Object.keys(ledger.plans).map((number) => `#${number}`);
    throw new pulumi.RunError(
      `the ledger of this Pulumi stack has no release #${release} to bring back; it has ${kept.join(", ") || "none"}`,
    );
  }
  const file = `release #${release}`;
  return {
    plan: unpackPlan(packed),
    isPinned: true,
    problemAt: (at, message, severity = "error") => ({
      file,
      line: 1,
      column: 1,
      path: at.join("."),
      message,
      severity,
    }),
  };
}

/** `stack.yml`, and `stack.<environment>.yml` beside it where there is one. */
function composeFiles(root: string, { stack, environment }: ApplicationSettings): string[] {
  const file = path.resolve(root, stack);
  if (!existsSync(file)) {
    throw new pulumi.RunError(
      `${JSON.stringify(stack)}, which the configuration of this Pulumi stack names, does not exist in ${root}; correct it there`,
    );
  }
  const { dir, name, ext } = path.parse(file);
  const override =
    environment === undefined ? file : path.join(dir, `${name}.${environment}${ext}`);
  return override !== file && existsSync(override) ? [file, override] : [file];
}

/** Problems stand under the names that users know: relative to the folder of Pulumi.yaml. */
function named(root: string, load: () => LoadedCompose): LoadedCompose {
  const asNamed = (problem: Problem): Problem => {
    const relative = path.relative(root, problem.file);
    return relative.startsWith("..") ? problem : { ...problem, file: relative };
  };
  try {
    const loaded = load();
    return {
      ...loaded,
      warnings: loaded.warnings.map(asNamed),
      problemAt: (at, message, severity) => asNamed(loaded.problemAt(at, message, severity)),
    };
  } catch (error) {
    throw error instanceof SpecError ? new SpecError(error.problems.map(asNamed)) : error;
  }
}
