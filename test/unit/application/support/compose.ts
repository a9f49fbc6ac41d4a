import {
  applicationNames,
  type Plan,
  type PinnedImage,
  type SwarmFacts,
} from "../../../../components/application";
import type { ComposeProject, ComposeService } from "../../../../components/spec";

export const names = applicationNames("shop");

/** A service of a project as the loader gives it; what a test does not care about is not there. */
export function service(fields: Partial<ComposeService> = {}): ComposeService {
  return {
    image: "registry.test/hello:1.0.0",
    command: null,
    entrypoint: null,
    networks: { default: null },
    ...fields,
  };
}

export function project(fields: Partial<ComposeProject> = {}): ComposeProject {
  return {
    name: "shop",
    services: { web: service() },
    networks: { default: { name: "shop_default", ipam: {} } },
    ...fields,
  };
}

/** `deploy` with what the loader always writes. */
export function deploy(fields: Partial<NonNullable<ComposeService["deploy"]>> = {}) {
  return { resources: {}, placement: {}, ...fields };
}

export function digest(letter: string): string {
  return `sha256:${letter.repeat(64)}`;
}

export function pinned(name: string, letter = "a"): PinnedImage {
  return {
    image: `${name}@${digest(letter)}`,
    platforms: [{ os: "linux", architecture: "amd64" }],
  };
}

/** A plan of a project whose images are all pinned. */
export function plan(of: ComposeProject = project(), fields: Partial<Plan> = {}): Plan {
  const images = Object.values(of.services).map(({ image = "" }) => image);
  return {
    applicationVersion: "1.0.0",
    environmentVersion: "1.0.0",
    environmentHash: "e1",
    project: of,
    images: Object.fromEntries(images.map((image) => [image, pinned(image)])),
    versioned: images,
    configs: {},
    secrets: {},
    ...fields,
  };
}

type NodeFacts = SwarmFacts["nodes"][number];

export function node(id: string, fields: Partial<NodeFacts> = {}): NodeFacts {
  return {
    id,
    hostname: id,
    address: "10.1.0.1",
    role: "worker",
    isReady: true,
    labels: {},
    engineLabels: {},
    os: "linux",
    architecture: "amd64",
    machine: "x86_64",
    cpus: 4,
    memoryBytes: 8 * 2 ** 30,
    ...fields,
  };
}

export function facts(fields: Partial<SwarmFacts> = {}): SwarmFacts {
  return {
    nodes: [node("w1"), node("w2")],
    services: [],
    tasks: [],
    networks: [],
    configs: [],
    secrets: [],
    features: { ipvs: true, esp: true },
    ...fields,
  };
}

/** `path: message` of each, as a reader sees them. */
export function told(
  objections: readonly { path: readonly (string | number)[]; message: string }[],
): readonly string[] {
  return objections.map(({ path, message }) => `${path.join(".")}: ${message}`);
}
