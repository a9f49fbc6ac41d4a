import type { Container, Workload } from "../core/subjects";

/** Containers that go on running, each with how a report names it. */
export function running(workload: Workload): readonly Container[] {
  return workload.containers().filter(({ isInit }) => !isInit);
}

/** `container web: ` where a workload may have several; nothing where it has one by its own name. */
export function at(workload: Workload, container: Container): string {
  return workload.layer === "Swarm" ? "" : `container ${container.name}: `;
}

/** `registry.test:5000/dev/shop` of `registry.test:5000/dev/shop:1.0.0@sha256:…`. */
export function repositoryOf(image: string): string {
  return image.replace(/@.*$/, "").replace(/:[^/:]+$/, "");
}
