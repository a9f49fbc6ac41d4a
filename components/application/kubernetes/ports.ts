import type { ComposePort, ComposeService } from "../../spec";
import type { ServiceContext } from "./types";

/** A port that a container listens on. */
export interface TargetPort {
  readonly port: number;
  /** `TCP`, `UDP` or `SCTP`. */
  readonly protocol: string;
  readonly name?: string;
  readonly appProtocol?: string;
}

/**
 * Every port that the service is known to have: published or exposed in the file, or a target of the ingress; where the
 * file says none, those that the image exposes.
 */
export function targetPorts({ service, image }: Pick<ServiceContext, "service" | "image">) {
  const found = new Map<string, TargetPort>();
  const add = (port: TargetPort) => {
    const key = `${port.port}/${port.protocol}`;
    if (!found.has(key)) found.set(key, port);
  };
  for (const { target, protocol, name, app_protocol: appProtocol } of service.ports ?? []) {
    add({
      port: target,
      protocol: protocol.toUpperCase(),
      ...(name !== undefined && isPortName(name) && { name }),
      ...(appProtocol !== undefined && { appProtocol }),
    });
  }
  for (const text of service.expose ?? []) for (const port of exposed(text)) add(port);
  for (const { port } of service["x-slipway"]?.ingress ?? []) add({ port, protocol: "TCP" });
  if (found.size === 0) for (const port of image.exposed ?? []) add({ port, protocol: "TCP" });
  return [...found.values()];
}

/** `8000-8010/udp`: ports of a range. */
function exposed(text: string): readonly TargetPort[] {
  const [range = "", protocol = "tcp"] = text.split("/");
  const [first = 0, last = first] = range.split("-").map(Number);
  return Array.from({ length: last - first + 1 }, (_, index) => ({
    port: first + index,
    protocol: protocol.toUpperCase(),
  }));
}

/** Whether Kubernetes takes it for the name of a port. */
export function isPortName(text: string): boolean {
  return /^(?=.*[a-z])[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?$/.test(text) && !text.includes("--");
}

/** Name of a port: the file's own, or one that tells what it is. */
export function portName({ name, port, protocol }: TargetPort): string {
  return name ?? `${protocol.toLowerCase()}-${port}`;
}

/** Ports that are opened outside of the cluster's own network, on every node or by a load balancer. */
export function publishedPorts({ ports = [] }: ComposeService): readonly ComposePort[] {
  return ports.filter(({ mode }) => mode !== "host");
}

/** Ports that are opened on the node that a task is on. */
export function hostPorts({ ports = [] }: ComposeService): readonly ComposePort[] {
  return ports.filter(({ mode }) => mode === "host");
}

/** Ports of the container, with those that the node has for it. */
export function containerPorts(context: ServiceContext): readonly object[] {
  const published = hostPorts(context.service);
  return targetPorts(context).flatMap(({ port, protocol }) => {
    const hosts = published.filter(
      ({ target, protocol: of }) => target === port && of.toUpperCase() === protocol,
    );
    const container = { containerPort: port, protocol };
    if (hosts.length === 0) return [container];
    return hosts.map(({ published: hostPort }) =>
      hostPort === undefined ? container : { ...container, hostPort: Number(hostPort) },
    );
  });
}
