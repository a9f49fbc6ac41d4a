import { kubernetesTemplate } from "./kubernetes/template";
import type { EngineImage } from "./parts/engineImage";
import { templateImage } from "./parts/image";

/** What clusters in a lab may run: decides which templates its vCenter offers, and what the registry has. */
export const orchestrators = ["swarm", "kubernetes"] as const;
export type Orchestrator = (typeof orchestrators)[number];

/** Name of each orchestrator's template in vCenter. Its successor for rolls has `-next` after it. */
export const templateNames = { swarm: "debian-12", kubernetes: "debian-12-kubernetes" } as const;

/** Names of the templates that a lab's vCenter offers. */
export function templatesFor(orchestrator: Orchestrator): readonly string[] {
  const { swarm, kubernetes } = templateNames;
  return orchestrator === "kubernetes" ? [swarm, kubernetes] : [swarm];
}

/** The templates of a lab, and the engine's data that have their images. */
export interface Templates extends Omit<EngineImage, "reference"> {
  /** Reference of the image by name of the template. */
  readonly images: Readonly<Record<string, string>>;
}

/** The templates' images, built unless the cache has them. */
export async function labTemplates(
  orchestrator: Orchestrator,
  progress: (text: string) => void,
): Promise<Templates> {
  if (orchestrator === "swarm") {
    const standard = await templateImage(progress);
    return { ...standard, images: { [templateNames.swarm]: standard.reference } };
  }
  const { standard, kubernetes } = await kubernetesTemplate(progress);
  return {
    ...kubernetes,
    images: {
      [templateNames.swarm]: standard.reference,
      [templateNames.kubernetes]: kubernetes.reference,
    },
  };
}
