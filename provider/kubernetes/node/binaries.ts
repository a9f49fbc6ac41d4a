import type { KubernetesNodeInputs } from "../../sdk/kubernetesShapes";
import { quote } from "../../transport/shell";
import type { Connection } from "../../transport/types";
import { installPackages } from "../host/packages";

/** Where a template may carry several versions side by side, one folder each: `/opt/kubernetes/1.34.2/kubelet`. */
export const versionsFolder = "/opt/kubernetes";

type Program = "kubeadm" | "kubelet" | "kubectl";
type Wish = Pick<KubernetesNodeInputs, "version" | "source" | "repository">;

/**
 * Puts programs of a version in place: packages of the repository, or those that the template has beside the ones in
 * use. Running programs are not touched: a kubelet goes on with what it was started from.
 */
export async function bringPrograms(
  connection: Connection,
  { version, source, repository }: Wish,
  programs: readonly Program[],
): Promise<void> {
  const missing = await differing(connection, version, programs);
  if (missing.length === 0) return;
  if (source === "repository" && repository !== undefined)
    await installPackages(connection, { version, repository, pinned: missing });
  else
    await connection.must(
      `putting ${missing.join(", ")} ${version} in place`,
      switchScript(version, missing),
    );
  const wrong = await differing(connection, version, programs);
  if (wrong.length > 0)
    throw new Error(
      `${connection.machine}: ${wrong.join(", ")} is not ${version} after its installation`,
    );
}

/** The programs whose version on the host is another one. */
async function differing(
  connection: Connection,
  version: string,
  programs: readonly Program[],
): Promise<readonly Program[]> {
  const ask: Readonly<Record<Program, string>> = {
    kubeadm: "kubeadm version --output=short",
    kubelet: "kubelet --version",
    kubectl: "kubectl version --client",
  };
  const answer = await connection.must(
    "asking for versions",
    programs.map((name) => `echo "${name}=$(${ask[name]} 2>/dev/null | tr '\\n' ' ')"`).join("\n"),
  );
  return programs.filter((name) => {
    const line = answer.split("\n").find((one) => one.startsWith(`${name}=`)) ?? "";
    return !new RegExp(`v${version.replaceAll(".", "[.]")}(\\s|$)`).test(line);
  });
}

/** Exchanges programs for those of another version, each at once: one that runs keeps its file. */
export function switchScript(version: string, programs: readonly Program[]): string {
  const folder = `${versionsFolder}/${version}`;
  return `for name in ${programs.join(" ")}; do
  from=${quote(folder)}/$name
  [ -x "$from" ] || { echo "there is no $from: kubernetes.source is preinstalled, so a version that nodes are upgraded to has to be on them; put it there, choose repository as source, or roll the machines with a template that has it" >&2; exit 1; }
done
for name in ${programs.join(" ")}; do
  to=$(command -v $name || echo /usr/local/bin/$name)
  ln -sfn ${quote(folder)}/$name "$to.slipway"
  mv -fT "$to.slipway" "$to"
done`;
}
