/** Services and jobs of a Swarm: specifications as the Docker Engine API has them (API 1.41). */
import { scheduledLabel } from "../../provider/sdk/ownership";
import type { Resource } from "../core/resource";
import type {
  Amounts,
  Container,
  HostPath,
  HostPort,
  LogDriver,
  NamedReference,
  Network,
  Workload,
} from "../core/subjects";
import type { Value } from "../core/value";
import { textMap } from "./textMap";
import { routes } from "./traefik";

const nanoseconds = 1e9;

export function swarmWorkload(resource: Resource): Workload {
  const spec = resource.inputs.at("spec");
  const task = spec.at("TaskTemplate");
  const container = task.at("ContainerSpec");
  const isJob = resource.type.endsWith(":SwarmJob");
  return {
    kind: "workload",
    resource,
    layer: "Swarm",
    called: nameOf(resource),
    // What a scheduler starts runs to its end as well.
    isJob: isJob || labelOf(resource, scheduledLabel) === "true",
    isGlobal: () => !spec.at("Mode", "Global").isAbsent || !spec.at("Mode", "GlobalJob").isAbsent,
    // Without a number there is one.
    replicas: () => spec.at("Mode", "Replicated", "Replicas").number() ?? 1,
    containers: () => [swarmContainer(nameOf(resource), task)],
    hostNamespaces: () =>
      [task, spec]
        .flatMap((of) => of.at("Networks").items())
        .some((network) => targetOf(network) === "host")
        ? ["network"]
        : [],
    isSpread: () =>
      !task
        .at("Placement", "Constraints")
        .texts()
        .some((constraint) => /^\s*node\.(hostname|id|ip)\s*==/i.test(constraint)),
    updateFailure: () => updateFailure(resource, spec),
    stopGraceSeconds: () => {
      const grace = container.at("StopGracePeriod").number();
      return grace === undefined ? undefined : grace / nanoseconds;
    },
    sysctls: () =>
      container
        .at("Sysctls")
        .entries()
        .map(([name]) => name),
    ports: () => ports(spec),
    routes: () => routes(textMap(spec.at("Labels"))),
    logDriver: () => logDriver(task.at("LogDriver")),
    refersTo: () => references(container),
  };
}

export function swarmNetwork(resource: Resource): Network {
  return {
    kind: "network",
    resource,
    layer: "Swarm",
    called: nameOf(resource),
    // The driver takes it for a switch: alone, or with what Go takes for true.
    isEncrypted: () => {
      const encrypted = resource.inputs.at("driverOptions", "encrypted");
      return !encrypted.isAbsent && !/^(0|f|false)$/i.test(encrypted.text() ?? "");
    },
  };
}

function nameOf({ inputs, name }: Resource): string {
  const own = inputs.at("name");
  return (own.isKnown ? own.text() : undefined) ?? name;
}

function labelOf({ inputs }: Resource, label: string): string | undefined {
  const labels = inputs.at("spec");
  if (!labels.isKnown || !labels.at("Labels").isKnown) return undefined;
  const value = labels.at("Labels", label);
  return value.isKnown ? value.text() : undefined;
}

/** Networks of an application are known by an id that may come later, and then are not the node's own. */
function targetOf(network: Value): string | undefined {
  const target = network.at("Target");
  return target.isKnown ? target.text() : undefined;
}

function updateFailure(resource: Resource, spec: Value): ReturnType<Workload["updateFailure"]> {
  const own = spec.at("UpdateConfig", "FailureAction").text() ?? "pause";
  if (own === "continue" || (spec.at("UpdateConfig", "MaxFailureRatio").number() ?? 0) >= 1)
    return "goes on";
  // Slipway follows the rollout, and brings back what ran before.
  const isBroughtBack = resource.inputs.at("onFailure").text() === "rollback";
  return own === "rollback" || isBroughtBack ? "rollback" : "stops";
}

function ports(spec: Value): readonly HostPort[] {
  return spec
    .at("EndpointSpec", "Ports")
    .items()
    .map((port) => {
      const published = port.at("PublishedPort").number();
      // None, and 0, is one that the Swarm chooses.
      return {
        port: published === 0 ? undefined : published,
        protocol: port.at("Protocol").text() ?? "tcp",
      };
    });
}

function logDriver(driver: Value): LogDriver | undefined {
  if (driver.isAbsent) return undefined;
  return { name: driver.at("Name").text(), options: textMap(driver.at("Options")) };
}

/** Ids may come later; names are there from the start. */
function references(container: Value): readonly NamedReference[] {
  return (["Config", "Secret"] as const).flatMap((kind) =>
    container
      .at(`${kind}s`)
      .items()
      .map((file) => ({
        kind: kind.toLowerCase(),
        name: file.at(`${kind}Name`).text(),
        isOptional: false,
      })),
  );
}

function swarmContainer(name: string, task: Value): Container {
  const container = task.at("ContainerSpec");
  const check = container.at("Healthcheck");
  const hasCheck = () => {
    const [form] = check.at("Test").texts();
    return form !== undefined && form !== "NONE";
  };
  return {
    name,
    isPassing: false,
    image: () => container.at("Image").text() ?? "",
    command: () => [...container.at("Command").texts(), ...container.at("Args").texts()],
    hooks: () => [check.at("Test").texts()],
    environment: () =>
      container
        .at("Env")
        .items()
        .map((item) => {
          const text = item.text() ?? "";
          const end = text.indexOf("=");
          return {
            name: end < 0 ? text : text.slice(0, end),
            value: () => (end < 0 ? undefined : text.slice(end + 1)),
          };
        }),
    limits: () => amounts(task.at("Resources", "Limits")),
    reservations: () => amounts(task.at("Resources", "Reservations")),
    hasReadiness: hasCheck,
    hasLiveness: hasCheck,
    // Services of a Swarm have no such setting.
    isPrivileged: () => false,
    runsAsRoot: () => isRoot(container.at("User").text()),
    hasReadOnlyRoot: () => container.at("ReadOnly").boolean(),
    addedCapabilities: () => container.at("CapabilityAdd").texts().map(capability),
    droppedCapabilities: () => container.at("CapabilityDrop").texts().map(capability),
    hostPaths: () => hostPaths(container),
    canEscalate: () => undefined,
    seccomp: () => undefined,
    procMount: () => undefined,
  };
}

function amounts(value: Value): Amounts {
  const cpus = value.at("NanoCPUs").number();
  const memoryBytes = value.at("MemoryBytes").number();
  return {
    ...(cpus !== undefined && cpus > 0 && { cpus: cpus / nanoseconds }),
    ...(memoryBytes !== undefined && memoryBytes > 0 && { memoryBytes }),
  };
}

function hostPaths(container: Value): readonly HostPath[] {
  return container
    .at("Mounts")
    .items()
    .flatMap((mount) => {
      const path = hostPathOf(mount);
      return path === undefined ? [] : [{ path, isReadOnly: mount.at("ReadOnly").boolean() }];
    });
}

/** The engine takes types in any case, and a mount without one for a bind; its own driver binds what its options name. */
function hostPathOf(mount: Value): string | undefined {
  const type = (mount.at("Type").text() ?? "bind").toLowerCase();
  if (type === "bind") return mount.at("Source").text() ?? "";
  if (type !== "volume") return undefined;
  const driver = mount.at("VolumeOptions", "DriverConfig");
  if ((driver.at("Name").text() ?? "local") !== "local") return undefined;
  const isBind = (driver.at("Options", "o").text() ?? "")
    .split(",")
    .some((o) => /^r?bind$/.test(o));
  return isBind ? (driver.at("Options", "device").text() ?? "") : undefined;
}

/** The part before the colon; a name is that of somebody, and only `root` is that of root. */
export function isRoot(user: string | undefined): boolean | undefined {
  if (user === undefined || user === "") return undefined;
  const [name = ""] = user.split(":");
  return name === "root" || Number(name) === 0;
}

/** Docker takes `CAP_NET_ADMIN`, `NET_ADMIN` and small letters. */
export function capability(text: string): string {
  return text.toUpperCase().replace(/^CAP_/, "");
}
