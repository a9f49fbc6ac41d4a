import limit from "p-limit";
import { accessOf, get, type KubernetesAccess } from "../../../components/application/kubernetes";
import { failed } from "../../exit";
import { revealed } from "../../pulumi/secrets";
import type { PulumiStack } from "../../pulumi/stack";
import { nameOf, type StateResource } from "../../pulumi/state";
import { objectDrift, type ManagedObject, type ObjectDrift } from "./drift";

/** Objects that a deployment has made on a Kubernetes cluster. */
export interface Deployed {
  /** With the rights of the application. */
  readonly access: KubernetesAccess;
  /** In the order in which they were made: a namespace before what is in it. */
  readonly resources: readonly StateResource[];
}

/** An object as it was deployed. */
export interface DeployedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** How many objects are asked for at a time. */
const atOnce = 16;

/** What the last deployment has made; `undefined` where it was not on Kubernetes, or there was none. */
export async function deployedObjects(stack: PulumiStack): Promise<Deployed | undefined> {
  const isProvider = ({ type }: StateResource) => type === "pulumi:providers:kubernetes";
  // Secrets take Pulumi long to decrypt, and on a Swarm nobody needs them.
  if (!(await stack.state()).resources.some(isProvider)) return undefined;
  const { resources } = await stack.state(true);
  const provider = resources.find(isProvider);
  if (provider === undefined) return undefined;
  const kubeconfig = revealed(provider.inputs.kubeconfig);
  if (typeof kubeconfig !== "string")
    throw failed(`the state of ${stack.name} has no kubeconfig; run \`pulumi up\``);
  const isObject = ({ type, deletePending }: StateResource) =>
    type.startsWith("kubernetes:") && !deletePending;
  return { access: accessOf(kubeconfig), resources: resources.filter(isObject) };
}

/** What somebody else has changed of it, or removed. */
export async function driftOf({ access, resources }: Deployed): Promise<readonly ObjectDrift[]> {
  const enter = limit(atOnce);
  const found = await Promise.all(
    resources.map((resource) =>
      enter(async () => {
        const live = await get<ManagedObject>(access, pathOf(objectOf(resource)));
        return objectDrift({ ...resource, outputs: visible(resource.outputs) }, live);
      }),
    ),
  );
  return found.filter((drift) => drift !== undefined);
}

function visible(outputs: StateResource["outputs"]): StateResource["outputs"] {
  return revealed(outputs) as StateResource["outputs"];
}

/** @throws CliError where the state has something else. */
export function objectOf({ inputs, urn }: StateResource): DeployedObject {
  const object = revealed(inputs) as DeployedObject;
  const { metadata } = object as Partial<DeployedObject>;
  if (typeof metadata?.name === "string") return object;
  throw failed(`the state has no name of ${nameOf(urn)}; run \`pulumi up\``);
}

/** `/apis/apps/v1/namespaces/shop/deployments/web` */
export function pathOf({ apiVersion, kind, metadata }: DeployedObject): string {
  const group = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const place = metadata.namespace === undefined ? "" : `/namespaces/${metadata.namespace}`;
  return `${group}${place}/${plural(kind.toLowerCase())}/${metadata.name}`;
}

/** The API server's name for objects of a kind, of those that an application has. */
function plural(kind: string): string {
  if (kind.endsWith("y")) return `${kind.slice(0, -1)}ies`;
  return kind.endsWith("s") ? `${kind}es` : `${kind}s`;
}
