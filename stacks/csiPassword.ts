import type { ClusterSpec } from "../components/spec";
import { passwordProblem } from "./vsphereConnection";

const key = "slipway:csiPassword";

/**
 * Password of the account by which vSphere's CSI driver works, where the cluster has that storage.
 *
 * @param configured the configuration's secret.
 * @param report is told what is missing or malformed.
 */
export function readCsiPassword(
  configured: string | undefined,
  spec: ClusterSpec,
  report: (problem: string) => void,
): string | undefined {
  if (spec.orchestrator !== "kubernetes" || spec.kubernetes.storage !== "vsphere") return undefined;
  if (configured === undefined || configured === "") {
    report(
      `${key} is missing, the password of the account in kubernetes.vsphereStorage.user; set it with \`pulumi config set --secret ${key}\``,
    );
    return undefined;
  }
  const problem = passwordProblem(configured);
  if (problem === undefined) return configured;
  report(`${key} ${problem}`);
  return undefined;
}
