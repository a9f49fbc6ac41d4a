import type { Container, HostPort, Workload } from "../core/subjects";

/** Containers that go on running, each with how a report names it. */
export function running(workload: Workload): readonly Container[] {
  return workload.containers().filter(({ isPassing }) => !isPassing);
}

/** `container web: ` where a workload may have several; nothing where it has one by its own name. */
export function at(workload: Workload, container: Container): string {
  return workload.layer === "Swarm" ? "" : `container ${container.name}: `;
}

/** In CEL: an amount is there, and more than nothing. The API server writes every zero as `0`. */
export function isSome(amounts: string, what: string): string {
  return `'${what}' in ${amounts} && ${amounts}['${what}'] != '0'`;
}

/** `8080/tcp` */
export function portName({ port, protocol }: HostPort): string {
  return port === undefined ? `of the cluster's choice (${protocol})` : `${port}/${protocol}`;
}

/** `registry.test:5000/dev/shop` of `registry.test:5000/dev/shop:1.0.0@sha256:…`. */
export function repositoryOf(image: string): string {
  return image.replace(/@.*$/, "").replace(/:[^/:]+$/, "");
}
