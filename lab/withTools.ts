import { installPlugins, Progress, toolchain, type Purpose } from "../tools";
import { startLab, type Lab, type LabOptions } from "./index";
import { labLayout } from "./layout";
import { templateImage } from "./parts/image";

/**
 * Stands a lab up together with the tool chain that works on it: Pulumi's programs first on the lab's PATH, its plugins
 * in the lab's Pulumi home.
 */
export async function startLabWithTools(
  purpose: Purpose,
  options: Omit<LabOptions, "toolsBin">,
): Promise<Lab> {
  const progress = options.progress ?? (() => undefined);
  const [chain] = await Promise.all([
    toolchain(
      purpose,
      new Progress((line) => {
        progress(`tool chain: ${line}`);
      }),
    ),
    // The machines' image waits for downloads while the tool chain compiles.
    options.machines === "none" ? undefined : templateImage(progress),
  ]);
  const lab = await startLab({ ...options, toolsBin: chain.binDir });
  await installPlugins(labLayout(lab.dir).pulumiHome, chain.plugins);
  return lab;
}
