import {
  accessOf,
  gatherFacts,
  KubernetesApplication,
  kubernetesFindings,
  kubernetesPreflight,
  namespaceOf,
  takenRoutes,
  type KubernetesArgs,
} from "../../components/application/kubernetes";
import { askRegistry, pinImages } from "../../components/application/digests";
import { judgeRules } from "../../components/ingress";
import { KubernetesProvider } from "../../components/kubernetes/object";
import { judgeMonitoring } from "../../components/monitoring/objections";
import { error } from "../../components/spec/finding";
import { Provider } from "../../provider/sdk";
import type { KubernetesOutputs } from "../clusterOutputs";
import { routedServices } from "./ingress";
import { capacityOf } from "./capacity";
import type { Prepared, Wanted } from "./orchestrator";

/** Asks the API server of a Kubernetes cluster, and the registries, for all that a deployment has to know. */
export async function prepareOnKubernetes(
  cluster: KubernetesOutputs,
  wanted: Wanted,
): Promise<Prepared> {
  const { kubeconfig, clusterId, networkPolicy, nodePools, ingress, monitoring } = cluster;
  const { settings, owner, plan, isPinned, digests, salt } = wanted;
  const { application, environment, registries } = settings;
  const { caCertificates: ca, insecure: insecureRegistries } = cluster.registries;
  const { project } = plan;
  const connection = accessOf(kubeconfig);
  // Now, not with the resources: the plugins start while the API server is asked.
  const providers = [
    new KubernetesProvider(application, { kubeconfig, clusterId }),
    new Provider(application, { owner, kubernetes: connection }),
  ];
  const ask = askRegistry({ ca, insecureRegistries });
  const [facts, { images, objections }] = await Promise.all([
    gatherFacts(connection, namespaceOf(application)),
    isPinned
      ? { images: plan.images, objections: [] }
      : pinImages(project, { ask, registries, digests }),
  ]);
  const argsFor = (pinned: KubernetesArgs["plan"]): KubernetesArgs => ({
    application,
    plan: pinned,
    owner,
    salt,
    registries,
    pools: nodePools,
    ...(ingress !== undefined && { ingress }),
    ...(monitoring !== undefined && { monitoring }),
  });
  const args = argsFor({ ...plan, images });
  return {
    images,
    findings: [
      ...objections.map(({ path, message }) => error(path, message)),
      ...kubernetesFindings(args),
      ...kubernetesPreflight(args, facts, { enforcesPolicies: networkPolicy, environment }),
      ...(monitoring === undefined ? [] : judgeMonitoring(project, monitoring)),
      ...judgeRules(
        routedServices(project),
        ingress && {
          ...ingress,
          // A controller of the site takes requests with and without TLS.
          routes: ingress.traefik ?? { entryPoints: { http: "http", https: "https" } },
          taken: takenRoutes(facts, application),
        },
      ),
    ],
    capacity: capacityOf(facts.nodes),
    deploy: (pinned) => new KubernetesApplication(application, argsFor(pinned), { providers }),
  };
}
