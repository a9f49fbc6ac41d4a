import { get, type KubernetesAccess, list, type ObjectFacts } from "../kubernetesApi";
import {
  nodeFacts,
  podFacts,
  routeFacts,
  type ApiIngress,
  type ApiNode,
  type ApiPod,
} from "./answers";
import type { KubernetesFacts } from "./facts";
import { parseQuantity } from "./quantity";

/** Marks the storage class that is taken where none is named. */
const defaultClass = "storageclass.kubernetes.io/is-default-class";

/**
 * Asks the API server for everything that preflight looks at, side by side. Of secrets it asks for the names only.
 *
 * @param namespace of the application
 * @throws Error that names what the API server did not tell.
 */
export async function gatherFacts(
  access: KubernetesAccess,
  namespace: string,
): Promise<KubernetesFacts> {
  const all = async <T>(path: string, only?: "metadata"): Promise<readonly T[]> =>
    (await list<T>(access, path, only)) ?? [];
  const own = `/api/v1/namespaces/${namespace}`;
  const unfinished = encodeURIComponent("status.phase!=Succeeded,status.phase!=Failed");
  const [
    nodes,
    pods,
    namespaces,
    storageClasses,
    ingressClasses,
    services,
    routes,
    configMaps,
    secrets,
    claims,
    hasMetrics,
  ] = await Promise.all([
    all<ApiNode>("/api/v1/nodes"),
    all<ApiPod>(`/api/v1/pods?fieldSelector=${unfinished}`),
    all<ObjectFacts>("/api/v1/namespaces", "metadata"),
    all<ObjectFacts>("/apis/storage.k8s.io/v1/storageclasses", "metadata"),
    all<ObjectFacts>("/apis/networking.k8s.io/v1/ingressclasses", "metadata"),
    all<ApiService>("/api/v1/services"),
    all<ApiIngress>("/apis/networking.k8s.io/v1/ingresses"),
    all<ObjectFacts>(`${own}/configmaps`, "metadata"),
    all<ObjectFacts>(`${own}/secrets`, "metadata"),
    all<ApiClaim>(`${own}/persistentvolumeclaims`),
    // It moves with its node's drain: one that does not answer for a moment is there.
    get(access, "/apis/metrics.k8s.io/v1beta1").then(
      (api) => api !== undefined,
      () => true,
    ),
  ]);
  const names = (objects: readonly ObjectFacts[]) => objects.map(({ metadata }) => metadata.name);
  return {
    nodes: nodes.map(nodeFacts),
    pods: pods.map(podFacts),
    namespaces: namespaces.map(({ metadata: { name, labels = {}, annotations = {} } }) => ({
      name,
      labels,
      annotations,
    })),
    storageClasses: storageClasses.map(({ metadata: { name, annotations = {} } }) => ({
      name,
      isDefault: annotations[defaultClass] === "true",
    })),
    ingressClasses: names(ingressClasses),
    services: services.map(serviceFacts),
    routes: routes.flatMap(routeFacts),
    own: {
      configMaps: names(configMaps),
      secrets: names(secrets),
      claims: claims.map(claimFacts),
    },
    hasMetrics,
  };
}

interface ApiService extends ObjectFacts {
  readonly spec?: {
    readonly ports?: readonly { readonly nodePort?: number; readonly protocol?: string }[];
  };
}

interface ApiClaim extends ObjectFacts {
  readonly spec?: {
    readonly accessModes?: readonly string[];
    readonly storageClassName?: string;
    readonly resources?: { readonly requests?: { readonly storage?: string } };
  };
}

function serviceFacts({ metadata, spec }: ApiService): KubernetesFacts["services"][number] {
  return {
    namespace: metadata.namespace ?? "",
    name: metadata.name,
    nodePorts: (spec?.ports ?? []).flatMap(({ nodePort, protocol = "TCP" }) =>
      nodePort === undefined || nodePort === 0 ? [] : [`${nodePort}/${protocol}`],
    ),
  };
}

function claimFacts({ metadata, spec }: ApiClaim): KubernetesFacts["own"]["claims"][number] {
  return {
    name: metadata.name,
    size: parseQuantity(spec?.resources?.requests?.storage ?? 0),
    accessModes: spec?.accessModes ?? [],
    ...(spec?.storageClassName !== undefined && { storageClass: spec.storageClassName }),
  };
}
