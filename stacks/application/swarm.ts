import {
  Application,
  applicationNames,
  askManager,
  gatherFacts,
  managerEndpoint,
  pinImages,
  preflight,
  type SwarmFacts,
} from "../../components/application";
import type { ComposeProject } from "../../components/spec";
import { error } from "../../components/spec/finding";
import { Provider } from "../../provider/sdk";
import type { SwarmOutputs } from "../clusterOutputs";
import { attachment, ingressObjections, routedServices } from "./ingress";
import { capacityOf } from "./capacity";
import { monitoringAttachment, monitoringObjections } from "./monitoring";
import type { Prepared, Wanted } from "./orchestrator";

/** Asks the managers of a Swarm for all that a deployment has to know. */
export async function prepareOnSwarm(cluster: SwarmOutputs, wanted: Wanted): Promise<Prepared> {
  const { endpoints, credentials, features, encryptOverlays, ingress, monitoring } = cluster;
  const { settings, owner, plan, isPinned, digests, salt } = wanted;
  const { application, registries } = settings;
  const { project } = plan;
  const names = applicationNames(application);
  // Now, not with the resources: the plugin starts while the managers are asked.
  const provider = new Provider(application, {
    owner,
    docker: { endpoints, ...credentials },
    registries,
  });
  const endpoint = await managerEndpoint(endpoints, credentials);
  const [facts, { images, objections }] = await Promise.all([
    gatherFacts(endpoint, credentials, features),
    isPinned
      ? { images: plan.images, objections: [] }
      : pinImages(project, { ask: askManager(endpoint, credentials), registries, digests }),
  ]);
  const rules = routedServices(project);
  return {
    images,
    findings: [
      ...[...objections, ...preflight({ project, images, names, owner, facts })].map(
        ({ path, message }) => error(path, message),
      ),
      ...ingressObjections(rules, ingress, facts, owner),
      ...(monitoring === undefined ? [] : monitoringObjections(project, monitoring, facts)),
    ],
    capacity: capacityOf(facts.nodes),
    deploy: (pinned) =>
      new Application(
        application,
        {
          names,
          plan: pinned,
          salt,
          ...existing(project, facts),
          encryptOverlays,
          ...(ingress !== undefined &&
            rules.length > 0 && { ingress: attachment(ingress, facts, names) }),
          ...(monitoring !== undefined && {
            monitoring: monitoringAttachment(project, monitoring, facts),
          }),
        },
        { providers: [provider] },
      ),
  };
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
