import { error, type Finding, warning } from "../finding";
import { renderPath } from "../problem";
import { nearest, quote } from "../words";
import type { StackFile } from "./file";
import type { Normalised, PortPlaces } from "./normalise";
import type { ServiceSpec, StackSpec } from "./types";

/** What the schema can't say about a stack: references, ports, and settings that do not go together. */
export function* checkStack({ spec, portPlaces }: Normalised, file: StackFile): Iterable<Finding> {
  if (file.version !== undefined) {
    yield {
      ...warning(["version"], "is obsolete in Compose and has no effect; remove it"),
      atKey: true,
    };
  }
  yield* checkExtensions(file);
  yield* checkPorts(spec, portPlaces);
  for (const [name, service] of Object.entries(spec.services)) {
    yield* checkNetworks(name, service, spec, file);
    yield* checkDeploy(name, service, file);
    yield* checkHealthcheck(name, service);
  }
}

/** Any `x-` name is allowed, so that a misspelt `x-slipway` would go unnoticed. */
function* checkExtensions(file: StackFile): Iterable<Finding> {
  for (const name of Object.keys(file)) {
    if (!name.startsWith("x-") || name === "x-slipway") continue;
    if (nearest(name, ["x-slipway"]) === undefined) continue;
    yield {
      ...warning([name], 'is ignored, as extensions are; did you mean "x-slipway"?'),
      atKey: true,
    };
  }
}

function* checkNetworks(
  name: string,
  service: ServiceSpec,
  stack: StackSpec,
  file: StackFile,
): Iterable<Finding> {
  const written = file.services?.[name]?.networks;
  const known = Object.keys(stack.networks);
  for (const network of service.networks) {
    if (known.includes(network)) continue;
    const meant = nearest(network, known);
    const cure =
      meant === undefined
        ? `add ${quote(network)} under networks`
        : `did you mean ${quote(meant)}?`;
    const place = ["services", name, "networks"];
    yield error(
      [...place, Array.isArray(written) ? written.indexOf(network) : network],
      `names the network ${quote(network)}, which is not under networks; ${cure}`,
    );
  }
}

function* checkPorts(stack: StackSpec, places: PortPlaces): Iterable<Finding> {
  const owners = new Map<string, string>();
  for (const [name, service] of Object.entries(stack.services)) {
    for (const port of service.ports) {
      const { published, protocol, mode } = port;
      const path = places.get(port) ?? ["services", name, "ports"];
      const key = `${published}/${protocol}`;
      const owner = owners.get(key);
      if (owner === undefined) owners.set(key, renderPath(path));
      else yield error(path, `publishes ${key}, which ${owner} has already; use another port`);
      if (mode === "ingress" && service.endpointMode === "dnsrr") {
        yield error(
          path,
          "is published through the routing mesh, which does not go with `endpoint_mode: dnsrr`; use `mode: host` for the port",
        );
      }
      if (mode === "host" && service.updateConfig.order === "start-first") {
        yield error(
          ["services", name, "deploy", "update_config", "order"],
          `is start-first, but the old task holds port ${key} of its node until it stops; use stop-first`,
        );
      }
    }
  }
}

function* checkDeploy(name: string, service: ServiceSpec, file: StackFile): Iterable<Finding> {
  if (service.mode === "global" && file.services?.[name]?.deploy?.replicas !== undefined) {
    yield error(
      ["services", name, "deploy", "replicas"],
      "does not go with `mode: global`, which runs one task on each node; remove it",
    );
  }
  const { limits, reservations } = service.resources;
  for (const [key, label] of [
    ["cpus", "cpus"],
    ["memoryBytes", "memory"],
  ] as const) {
    const limit = limits?.[key];
    const reserved = reservations?.[key];
    if (limit !== undefined && reserved !== undefined && reserved > limit) {
      yield error(
        ["services", name, "deploy", "resources", "reservations", label],
        "is more than the limit; reserve at most what a task may use",
      );
    }
  }
}

function* checkHealthcheck(name: string, { healthcheck }: ServiceSpec): Iterable<Finding> {
  if (healthcheck === undefined) return;
  const { timeoutNs, intervalNs } = healthcheck;
  for (const [label, value] of [
    ["timeout", timeoutNs],
    ["interval", intervalNs],
  ] as const) {
    // Docker's engine refuses a time other than 0 that is shorter than one millisecond.
    if (value === undefined || value === 0 || value >= 1e6) continue;
    yield error(
      ["services", name, "healthcheck", label],
      "must be at least 1ms; use a longer time, for example 2s",
    );
  }
}
