import { error } from "../finding";
import type { Variables } from "../interpolation";
import type { Path } from "../problem";
import { quote } from "../words";
import type { DeployFile, HealthcheckFile, NetworkFile, ServiceFile, StackFile } from "./file";
import { port } from "./ports";
import type { HealthcheckSpec, PortSpec, ServiceSpec, StackNetworkSpec, StackSpec } from "./types";
import { amounts, duration, isDefined, pairs, type Report, words } from "./values";

/** Name of the network of services that name none, as in Compose. */
const defaultNetwork = "default";

/** Where each port stands in the file: a list without the unsound ones has other indices. */
export type PortPlaces = Map<PortSpec, Path>;

export interface Normalised {
  readonly spec: StackSpec;
  readonly portPlaces: PortPlaces;
}

/** One way to say each thing: short forms become long ones, texts become numbers, defaults are filled in. */
export function normalise(file: StackFile, variables: Variables, report: Report): Normalised {
  const portPlaces: PortPlaces = new Map();
  const services: Record<string, ServiceSpec> = {};
  for (const [name, service] of Object.entries(file.services ?? {})) {
    if (service !== undefined) {
      services[name] = {
        ...normaliseService(service, ["services", name], variables, report),
        ports: normalisePorts(service, ["services", name, "ports"], portPlaces, report),
      };
    }
  }
  const networks: Record<string, StackNetworkSpec> = {};
  if (Object.values(services).some((service) => service.networks.includes(defaultNetwork))) {
    networks[defaultNetwork] = normaliseNetwork(undefined);
  }
  for (const [name, network] of Object.entries(file.networks ?? {})) {
    networks[name] = normaliseNetwork(network ?? undefined);
  }
  return { spec: { version: file["x-slipway"]?.version, services, networks }, portPlaces };
}

function normalisePorts(
  service: ServiceFile,
  path: Path,
  places: PortPlaces,
  report: Report,
): PortSpec[] {
  return (service.ports ?? []).flatMap((entry, index) => {
    const here = [...path, index];
    const sound = entry === undefined ? undefined : port(entry, here, report);
    if (sound === undefined) return [];
    places.set(sound, here);
    return [sound];
  });
}

function normaliseService(
  service: ServiceFile,
  path: Path,
  variables: Variables,
  report: Report,
): Omit<ServiceSpec, "ports"> {
  const deploy = service.deploy ?? {};
  const mode = deploy.mode ?? "replicated";
  return {
    image: service.image ?? "",
    command: words(service.command, [...path, "command"], report),
    environment: pairs(service.environment, [...path, "environment"], report, variables),
    networks: networkNames(service.networks),
    mode,
    replicas: mode === "replicated" ? (deploy.replicas ?? 1) : undefined,
    healthcheck: normaliseHealthcheck(service.healthcheck, [...path, "healthcheck"], report),
    stopGracePeriodNs: duration(service.stop_grace_period, [...path, "stop_grace_period"], report),
    ...normaliseDeploy(deploy, [...path, "deploy"], report),
  };
}

function normaliseDeploy(deploy: DeployFile, path: Path, report: Report) {
  const { update_config: update = {}, placement = {}, resources = {} } = deploy;
  return {
    placementConstraints: (placement.constraints ?? []).filter(isDefined),
    maxReplicasPerNode: placement.max_replicas_per_node,
    labels: pairs(deploy.labels, [...path, "labels"], report),
    endpointMode: deploy.endpoint_mode ?? "vip",
    updateConfig: {
      parallelism: update.parallelism ?? 1,
      delayNs: duration(update.delay, [...path, "update_config", "delay"], report) ?? 0,
      order: update.order ?? "stop-first",
      failureAction: update.failure_action ?? "pause",
    },
    resources: {
      limits: amounts(resources.limits, [...path, "resources", "limits"], report),
      reservations: amounts(resources.reservations, [...path, "resources", "reservations"], report),
    },
  };
}

function networkNames(networks: ServiceFile["networks"]): string[] {
  if (networks === undefined) return [defaultNetwork];
  const names = isList(networks) ? networks.filter(isDefined) : Object.keys(networks);
  return names.length === 0 ? [defaultNetwork] : names;
}

function isList(
  networks: NonNullable<ServiceFile["networks"]>,
): networks is readonly (string | undefined)[] {
  return Array.isArray(networks);
}

const testForms = ["CMD", "CMD-SHELL", "NONE"];

function normaliseHealthcheck(
  healthcheck: HealthcheckFile | undefined,
  path: Path,
  report: Report,
): HealthcheckSpec | undefined {
  if (healthcheck === undefined) return undefined;
  if (healthcheck.disable === true) return { test: ["NONE"] };
  return {
    test: healthTest(healthcheck.test, [...path, "test"], report),
    intervalNs: duration(healthcheck.interval, [...path, "interval"], report),
    timeoutNs: duration(healthcheck.timeout, [...path, "timeout"], report),
    startPeriodNs: duration(healthcheck.start_period, [...path, "start_period"], report),
    retries: healthcheck.retries,
  };
}

function healthTest(test: HealthcheckFile["test"], path: Path, report: Report): string[] {
  if (test === undefined) return [];
  if (typeof test === "string") return ["CMD-SHELL", test];
  const list = test.filter(isDefined);
  const [form] = list;
  if (form !== undefined && !testForms.includes(form)) {
    report(
      error(
        [...path, 0],
        `must be CMD, CMD-SHELL or NONE; got ${quote(form)}, write [CMD, ${list.join(", ")}]`,
      ),
    );
  }
  return list;
}

function normaliseNetwork(network: NetworkFile | undefined): StackNetworkSpec {
  const encrypted = network?.driver_opts?.encrypted;
  return {
    driver: "overlay",
    // The engine takes the bare presence of the option for yes, and "false" for no.
    encrypted: encrypted !== undefined && String(encrypted) !== "false",
    external: network?.external ?? false,
    name: network?.name,
  };
}
