import * as pulumi from "@pulumi/pulumi";
import {
  Application,
  applicationNames,
  askManager,
  gatherFacts,
  managerEndpoint,
  packPlan,
  pinImages,
  planHash,
  preflight,
  recorded,
  versionConflicts,
  type Plan,
  type SwarmFacts,
} from "../../components/application";
import { renderProblem, SpecError, type ComposeProject } from "../../components/spec";
import { Provider } from "../../provider/sdk";
import { clusterOutputs } from "../clusterOutputs";
import { author } from "./author";
import { ownLedger } from "./history";
import { attachment, ingressObjections, routedServices } from "./ingress";
import { deploymentRequest } from "./request";
import { applicationSettings } from "./settings";
import { fromFiles, fromLedger } from "./source";

/** An application in one environment, on the cluster that the configuration names. */
export async function application(config: pulumi.Config): Promise<pulumi.Inputs> {
  const request = deploymentRequest();
  const settings = applicationSettings(config, request);
  const owner = `${pulumi.getProject()}/${pulumi.getStack()}`;
  const names = applicationNames(settings.application);
  const files = settings.release === undefined ? fromFiles(settings) : undefined;
  const [cluster, ledger] = await Promise.all([clusterOutputs(settings.cluster), ownLedger()]);
  const { endpoints, credentials, features, encryptOverlays } = cluster;
  const source = files ?? fromLedger(ledger, settings.release ?? 0);
  const { plan: unpinned, isPinned } = source;

  const { project } = unpinned;
  const endpoint = await managerEndpoint(endpoints, credentials);
  const { registries } = settings;
  const digests = digestsByImage(project, request.digests);
  const [facts, pinned] = await Promise.all([
    gatherFacts(endpoint, credentials, features),
    isPinned
      ? { images: unpinned.images, objections: [] }
      : pinImages(project, { ask: askManager(endpoint, credentials), registries, digests }),
  ]);
  const plan: Plan = { ...unpinned, images: pinned.images };
  const conflicts = isPinned ? [] : versionConflicts(ledger, plan);
  const objections = [
    ...pinned.objections,
    ...preflight({ project, images: plan.images, names, owner, facts }),
    ...(request.force === true ? [] : conflicts),
  ];
  const rules = routedServices(project);
  for (const { path, message, severity } of ingressObjections(
    rules,
    cluster.ingress,
    facts,
    owner,
  )) {
    if (severity === "error") objections.push({ path, message });
    else void pulumi.log.warn(renderProblem(source.problemAt(path, message, severity)));
  }
  if (objections.length > 0)
    throw new SpecError(objections.map(({ path, message }) => source.problemAt(path, message)));

  const provider = new Provider(settings.application, {
    owner,
    docker: { endpoints, ...credentials },
    registries,
  });
  const { services, completed } = new Application(
    settings.application,
    {
      names,
      plan,
      salt: ledger.salt,
      ...existing(project, facts),
      encryptOverlays,
      ...(cluster.ingress !== undefined &&
        rules.length > 0 && { ingress: attachment(cluster.ingress, facts, names) }),
    },
    { providers: [provider] },
  );

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

/** Ids of what the project calls external. */
function existing(project: ComposeProject, facts: SwarmFacts) {
  const ids = (known: SwarmFacts["configs"]) => new Map(known.map(({ name, id }) => [name, id]));
  const networkIds = ids(facts.networks.filter(({ scope }) => scope === "swarm"));
  return {
    externalNetworks: new Map(
      Object.entries(project.networks ?? {}).flatMap(([key, { external, name }]) =>
        external ? [[key, networkIds.get(name) ?? name] as const] : [],
      ),
    ),
    externalFiles: { configs: ids(facts.configs), secrets: ids(facts.secrets) },
  };
}
