import * as pulumi from "@pulumi/pulumi";
import {
  packPlan,
  planHash,
  recorded,
  versionConflicts,
  type Plan,
} from "../../components/application";
import { renderProblem, SpecError, type ComposeProject } from "../../components/spec";
import { error } from "../../components/spec/finding";
import { clusterOutputs, type ClusterOutputs } from "../clusterOutputs";
import { author } from "./author";
import { ownLedger } from "./history";
import type * as onKubernetes from "./kubernetes";
import type { Prepared, Wanted } from "./orchestrator";
import { deploymentRequest } from "./request";
import { applicationSettings } from "./settings";
import { sourceOf } from "./source";
import type * as onSwarm from "./swarm";

/** An application in one environment, on the cluster that the configuration names. */
export async function application(config: pulumi.Config): Promise<pulumi.Inputs> {
  const request = deploymentRequest();
  const settings = applicationSettings(config, request);
  const [cluster, ledger, sourceOn] = await Promise.all([
    clusterOutputs(settings.cluster),
    ownLedger(),
    sourceOf(settings),
  ]);
  const source = sourceOn(cluster.orchestrator, ledger);
  const { plan: unpinned, isPinned } = source;
  const { project } = unpinned;
  const prepared = await prepare(cluster, {
    // An account that the application's own configuration names goes first.
    settings: {
      ...settings,
      registries: { ...cluster.pullCredentials, ...settings.registries },
    },
    owner: `${pulumi.getProject()}/${pulumi.getStack()}`,
    plan: unpinned,
    isPinned,
    digests: digestsByImage(project, request.digests),
    salt: ledger.salt,
  });
  const plan: Plan = { ...unpinned, images: prepared.images };
  const conflicts = isPinned ? [] : versionConflicts(ledger, plan);
  const problems = [
    ...prepared.findings,
    ...(request.force === true ? [] : conflicts.map(({ path, message }) => error(path, message))),
  ].map(({ path, message, severity }) => source.problemAt(path, message, severity));
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new SpecError(errors);
  for (const warning of problems) void pulumi.log.warn(renderProblem(warning));
  const { services, completed } = prepared.deploy(plan);

  const images = Object.fromEntries(
    Object.entries(project.services).map(([key, { image = "" }]) => [
      key,
      plan.images[image]?.image ?? image,
    ]),
  );
  const hash = planHash(plan, ledger.salt);
  const next = recorded(
    ledger,
    request.failed,
    {
      applicationVersion: plan.applicationVersion,
      environmentVersion: plan.environmentVersion,
      environmentHash: plan.environmentHash,
      images,
      outcome: "succeeded",
      kind: request.kind ?? "deploy",
      of: request.of,
      ...(request.force === true &&
        conflicts.length > 0 && { forced: conflicts.map(({ message }) => message) }),
      ...author(pulumi.getRootDirectory()),
      at: new Date().toISOString(),
      planHash: hash,
    },
    packPlan(plan),
  );
  return {
    application: settings.application,
    cluster: settings.cluster,
    capacity: [...prepared.capacity],
    ...(settings.environment !== undefined && { environment: settings.environment }),
    applicationVersion: plan.applicationVersion,
    ...(plan.environmentVersion !== undefined && { environmentVersion: plan.environmentVersion }),
    environmentHash: plan.environmentHash,
    planHash: hash,
    images,
    services,
    published: Object.entries(project.services).flatMap(([service, { ports = [] }]) =>
      ports.map(({ published, protocol, mode }) => ({ service, published, protocol, mode })),
    ),
    // A release is one when all of it runs: what has failed before that is never recorded as deployed.
    releases: completed.apply(() => next.releases),
    plans: pulumi.secret(completed.apply(() => next.plans)),
    salt: pulumi.secret(ledger.salt),
  };
}

/** Digests by image name, from those by service that a promotion brings. */
function digestsByImage(
  { services }: ComposeProject,
  byService: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(services).flatMap(([key, { image }]) => {
      const digest = byService[key];
      return image === undefined || digest === undefined ? [] : [[image, digest] as const];
    }),
  );
}

/** Only the orchestrator of the cluster is loaded. */
function prepare(cluster: ClusterOutputs, wanted: Wanted): Promise<Prepared> {
  switch (cluster.orchestrator) {
    case "swarm":
      return (module.require("./swarm") as typeof onSwarm).prepareOnSwarm(cluster, wanted);
    case "kubernetes":
      return (module.require("./kubernetes") as typeof onKubernetes).prepareOnKubernetes(
        cluster,
        wanted,
      );
    default: {
      const never: never = cluster;
      return never;
    }
  }
}
