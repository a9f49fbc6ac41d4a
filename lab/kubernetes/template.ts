import { readdirSync } from "node:fs";
import { join } from "node:path";
import { hashInputs } from "../../tools/hash";
import { LabError } from "../errors";
import { engineImage, runBuild, type EngineImage } from "../parts/engineImage";
import { templateImage } from "../parts/image";
import { kubernetesPackages } from "./packages";
import { kubernetesVersions } from "./versions";

const source = join(__dirname, "template");
/** Changes when the part is stored in another way than before. */
const form = "1";

/** What cannot lie on the file system of a container, or is written to all the time. */
const volumes = ["/var/lib/containerd", "/var/lib/kubelet", "/var/lib/etcd"];

/**
 * The template for Kubernetes, made from the standard one, which its engine data have too. Its packages are those of the
 * lab's first release.
 */
export async function kubernetesTemplate(
  progress: (text: string) => void,
): Promise<{ readonly standard: EngineImage; readonly kubernetes: EngineImage }> {
  const standard = await templateImage(progress);
  const [version] = kubernetesVersions;
  const packages = await kubernetesPackages(version, progress);
  const key = hashInputs([source], [standard.reference, packages, form]);
  const kubernetes = await engineImage({
    shelf: "image-kubernetes",
    key,
    reference: `slipway-lab/debian-12-kubernetes:${key}`,
    beside: standard.engineData,
    volumes,
    build: async (tar, room) => {
      const root = rootFileSystem(standard.engineData);
      await runBuild(join(source, "build.sh"), [room, tar, root, packages], progress);
    },
  });
  return { standard, kubernetes };
}

/** Where an engine that knows one image, of one layer, keeps its files. */
function rootFileSystem(engineData: string): string {
  const layers = join(engineData, "overlay2");
  const [layer, ...others] = readdirSync(layers).filter((name) => name !== "l");
  if (layer === undefined || others.length > 0)
    throw new LabError(`${layers} should hold the one layer of the standard template`);
  return join(layers, layer, "diff");
}
