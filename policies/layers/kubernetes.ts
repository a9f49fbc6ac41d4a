/** Objects of Kubernetes, as Pulumi's Kubernetes plugin and Slipway's own jobs have them. */
import { parseQuantity } from "../../components/application/kubernetes/preflight/quantity";
import type { Resource } from "../core/resource";
import type {
  Amounts,
  Container,
  NamedReference,
  Other,
  Pod,
  Subject,
  Workload,
} from "../core/subjects";
import type { Value } from "../core/value";
import { capability, isRoot } from "./swarm";
import { textMap } from "./textMap";

/** Where the pods of a kind are described. */
const templates: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  Deployment: ["spec", "template"],
  ReplicaSet: ["spec", "template"],
  ReplicationController: ["spec", "template"],
  StatefulSet: ["spec", "template"],
  DaemonSet: ["spec", "template"],
  Job: ["spec", "template"],
  CronJob: ["spec", "jobTemplate", "spec", "template"],
};

/** A job of an application, which Slipway runs itself. */
export function kubernetesJob(resource: Resource): Subject {
  return workload(resource, resource.inputs.at("object"), "Job");
}

/** `kubernetes:apps/v1:Deployment`. */
export function kubernetesObject(resource: Resource): Subject {
  // What is patched is judged by what is said of it.
  const kind = (resource.type.split(":").at(-1) ?? "").replace(/Patch$/, "");
  return kind in templates ? workload(resource, resource.inputs, kind) : other(resource, kind);
}

function other(resource: Resource, object: string): Other {
  const { namespace, name } = place(resource.inputs, resource);
  return {
    kind: "other",
    resource,
    layer: "Kubernetes",
    object,
    namespace,
    called: namespace === "" ? name : `${namespace}/${name}`,
    name: () => resource.inputs.at("metadata", "name").text(),
  };
}

/** For people, who are told of a resource whether or not its metadata are known. */
function place(object: Value, { name }: Resource): { namespace: string; name: string } {
  const known = (field: string) => {
    const metadata = object.isKnown ? object.at("metadata") : object;
    if (!metadata.isKnown) return undefined;
    const value = metadata.at(field);
    return value.isKnown ? value.text() : undefined;
  };
  return { namespace: known("namespace") ?? "", name: known("name") ?? name };
}

function workload(resource: Resource, object: Value, kind: string): Workload {
  const template = () => object.at(...(templates[kind] ?? []));
  const spec = () => template().at("spec");
  const { namespace, name } = place(object, resource);
  return {
    kind: "workload",
    resource,
    layer: "Kubernetes",
    called: `${namespace}/${name}`,
    isJob: kind === "Job" || kind === "CronJob",
    isGlobal: () => kind === "DaemonSet",
    replicas: () => (kind === "Pod" ? 1 : object.at("spec", "replicas").number()),
    containers: () => containers(spec()),
    hostNamespaces: () =>
      (["network", "PID", "IPC"] as const).filter((what) =>
        spec()
          .at(`host${what === "network" ? "Network" : what}`)
          .boolean(),
      ),
    isSpread: () => isSpread(spec()),
    updateFailure: () => updateFailure(object, kind),
    stopGraceSeconds: () => spec().at("terminationGracePeriodSeconds").number(),
    sysctls: () =>
      spec()
        .at("securityContext", "sysctls")
        .items()
        .flatMap((sysctl) => sysctl.at("name").text() ?? []),
    ports: () =>
      everyContainer(spec()).flatMap((container) =>
        container
          .at("ports")
          .items()
          .flatMap((port) => {
            const hostPort = port.at("hostPort").number();
            return hostPort === undefined || hostPort === 0
              ? []
              : [{ port: hostPort, protocol: (port.at("protocol").text() ?? "TCP").toLowerCase() }];
          }),
      ),
    // An Ingress is an object of its own.
    routes: () => [],
    // The kubelet cares for logs.
    logDriver: () => undefined,
    refersTo: () => references(spec()),
    pod: pod(object, template, namespace),
  };
}

function pod(object: Value, template: () => Value, namespace: string): Pod {
  const spec = () => template().at("spec");
  return {
    namespace,
    labels: () => textMap(template().at("metadata", "labels")),
    hasToken: () =>
      spec().at("automountServiceAccountToken").text() !== "false" ||
      spec()
        .at("volumes")
        .items()
        .flatMap((volume) => volume.at("projected", "sources").items())
        .map((source) => source.at("serviceAccountToken"))
        // One for somebody else is nothing to the API server.
        .some((token) => !token.isAbsent && token.at("audience").isAbsent),
    serviceAccount: () => spec().at("serviceAccountName").text() ?? "default",
    selector: () => textMap(object.at("spec", "selector", "matchLabels")),
  };
}

const hostname = "kubernetes.io/hostname";

/** All pods go to one node, whatever else is said. */
function isOnOneNode(spec: Value): boolean {
  const terms = spec
    .at("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
    .at("nodeSelectorTerms")
    .items();
  const namesOne = (term: Value) =>
    term
      .at("matchExpressions")
      .items()
      .some(
        (one) =>
          one.at("key").text() === hostname &&
          one.at("operator").text() === "In" &&
          one.at("values").texts().length === 1,
      );
  return (
    !spec.at("nodeName").isAbsent ||
    !spec.at("nodeSelector", hostname).isAbsent ||
    (terms.length === 1 && terms.every(namesOne))
  );
}

function isSpread(spec: Value): boolean {
  if (isOnOneNode(spec)) return false;
  const anti = spec.at("affinity", "podAntiAffinity");
  return (
    spec.at("topologySpreadConstraints").items().length > 0 ||
    anti.at("requiredDuringSchedulingIgnoredDuringExecution").items().length > 0 ||
    anti.at("preferredDuringSchedulingIgnoredDuringExecution").items().length > 0
  );
}

/** A rolling update stops at pods that do not get ready, and those of the version before go on. */
function updateFailure(object: Value, kind: string): ReturnType<Workload["updateFailure"]> {
  const field = kind === "Deployment" ? "strategy" : "updateStrategy";
  const type = object.at("spec", field, "type").text() ?? "RollingUpdate";
  const atOnce = object.at("spec", field, "rollingUpdate", "maxUnavailable").text();
  return type === "RollingUpdate" && atOnce !== "100%" ? "stops" : "goes on";
}

/** Where a pod has its containers, and which of them do not go on running. */
const containerFields: Readonly<Record<string, (value: Value) => boolean>> = {
  // One that is started anew for ever is a companion.
  initContainers: (value) => value.at("restartPolicy").isAbsent,
  containers: () => false,
  // Somebody looks into a pod, for a while: neither checks nor limits can be given.
  ephemeralContainers: () => true,
};

function everyContainer(spec: Value): readonly Value[] {
  return Object.keys(containerFields).flatMap((field) => spec.at(field).items());
}

function containers(spec: Value): readonly Container[] {
  const volumes = new Map(
    spec
      .at("volumes")
      .items()
      .map((volume) => [volume.at("name").text() ?? "", volume] as const),
  );
  return Object.entries(containerFields).flatMap(([field, isPassing]) =>
    spec
      .at(field)
      .items()
      .map((value) => container(value, spec, volumes, isPassing(value))),
  );
}

function container(
  value: Value,
  spec: Value,
  volumes: ReadonlyMap<string, Value>,
  isPassing: boolean,
): Container {
  const own = value.at("securityContext");
  const ofPod = spec.at("securityContext");
  const setting = (field: string) => (own.at(field).isAbsent ? ofPod.at(field) : own.at(field));
  return {
    name: value.at("name").text() ?? "",
    isPassing,
    image: () => value.at("image").text() ?? "",
    command: () => [...value.at("command").texts(), ...value.at("args").texts()],
    hooks: () =>
      [
        ...["readinessProbe", "livenessProbe", "startupProbe"].map((probe) => value.at(probe)),
        ...["postStart", "preStop"].map((hook) => value.at("lifecycle", hook)),
      ].map((hook) => hook.at("exec", "command").texts()),
    environment: () =>
      value
        .at("env")
        .items()
        .map((item) => ({
          name: item.at("name").text() ?? "",
          value: () => item.at("value").text(),
        })),
    limits: () => amounts(value.at("resources", "limits")),
    // What has a limit alone reserves as much.
    reservations: () => ({
      ...amounts(value.at("resources", "limits")),
      ...amounts(value.at("resources", "requests")),
    }),
    hasReadiness: () => !value.at("readinessProbe").isAbsent,
    hasLiveness: () => !value.at("livenessProbe").isAbsent,
    isPrivileged: () => own.at("privileged").boolean(),
    runsAsRoot: () => {
      const uid = setting("runAsUser").text();
      if (uid !== undefined) return isRoot(uid);
      return setting("runAsNonRoot").boolean() ? false : undefined;
    },
    hasReadOnlyRoot: () => own.at("readOnlyRootFilesystem").boolean(),
    addedCapabilities: () => own.at("capabilities", "add").texts().map(capability),
    droppedCapabilities: () => own.at("capabilities", "drop").texts().map(capability),
    hostPaths: () =>
      value
        .at("volumeMounts")
        .items()
        .flatMap((mount) => {
          const path = volumes.get(mount.at("name").text() ?? "")?.at("hostPath", "path");
          const text = path?.text();
          return text === undefined
            ? []
            : [{ path: text, isReadOnly: mount.at("readOnly").boolean() }];
        }),
    canEscalate: () => own.at("allowPrivilegeEscalation").text() !== "false",
    seccomp: () => setting("seccompProfile").at("type").text() ?? "Unconfined",
    procMount: () => own.at("procMount").text(),
  };
}

function amounts(value: Value): Amounts {
  const read = (field: string) => {
    const text = value.at(field).text();
    try {
      return text === undefined ? undefined : parseQuantity(text);
    } catch {
      // The API server takes none of this, and it is no amount.
      return undefined;
    }
  };
  const [cpus, memoryBytes] = [read("cpu"), read("memory")];
  return {
    ...(cpus !== undefined && cpus > 0 && { cpus }),
    ...(memoryBytes !== undefined && memoryBytes > 0 && { memoryBytes }),
  };
}

/** Names of objects that the pods need to start. */
function references(spec: Value): readonly NamedReference[] {
  const found: NamedReference[] = [];
  const add = (kind: string, of: Value, field = "name") => {
    if (of.isAbsent) return;
    found.push({ kind, name: of.at(field).text(), isOptional: of.at("optional").boolean() });
  };
  for (const volume of spec.at("volumes").items()) {
    add("ConfigMap", volume.at("configMap"));
    add("Secret", volume.at("secret"), "secretName");
    add("PersistentVolumeClaim", volume.at("persistentVolumeClaim"), "claimName");
    for (const source of volume.at("projected", "sources").items()) {
      add("ConfigMap", source.at("configMap"));
      add("Secret", source.at("secret"));
    }
  }
  for (const container of everyContainer(spec)) {
    for (const from of container.at("envFrom").items()) {
      add("ConfigMap", from.at("configMapRef"));
      add("Secret", from.at("secretRef"));
    }
    for (const variable of container.at("env").items()) {
      add("ConfigMap", variable.at("valueFrom", "configMapKeyRef"));
      add("Secret", variable.at("valueFrom", "secretKeyRef"));
    }
  }
  const account = spec.at("serviceAccountName").text();
  if (account !== undefined && account !== "default")
    found.push({ kind: "ServiceAccount", name: account, isOptional: false });
  return found;
}
