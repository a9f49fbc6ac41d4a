import { installPlugins, Progress, toolchain, type Purpose } from "../tools";
import { startLab, type Lab, type LabOptions, type Orchestrator } from "./index";
import { labLayout } from "./layout";
import { buildImages, provideImages } from "./images";
import { labTemplates } from "./templates";

/**
 * Stands a lab up together with the tool chain that works on it: Pulumi's programs first on the lab's PATH, its plugins
 * in the lab's Pulumi home.
 */
export async function startLabWithTools(
  purpose: Purpose,
  options: Omit<LabOptions, "toolsBin">,
): Promise<Lab> {
  const { progress = () => undefined } = options;
  const orchestrator = options.orchestrator ?? (purpose === "kubernetes" ? purpose : "swarm");
  const [chain] = await Promise.all([
    toolchain(
      purpose,
      new Progress((line) => {
        progress(`tool chain: ${line}`);
      }),
    ),
    // The machines' image waits for downloads while the tool chain compiles.
    options.machines === "none" ? undefined : machineParts(orchestrator, progress),
  ]);
  const lab = await startLab({ ...options, orchestrator, toolsBin: chain.binDir });
  await installPlugins(labLayout(lab.dir).pulumiHome, chain.plugins);
  if (orchestrator === "kubernetes" && options.machines !== "none")
    await provideImages(lab, "kubernetes", progress);
  return lab;
}

/** Builds what the machines are made of, and what they fetch. */
async function machineParts(
  orchestrator: Orchestrator,
  progress: (text: string) => void,
): Promise<void> {
  await labTemplates(orchestrator, progress);
  if (orchestrator === "kubernetes") await buildImages("kubernetes", progress);
}
