import { error, type Finding, warning } from "../../../finding";
import { quote } from "../../../words";
import type { CheckContext, KubernetesDraft } from "../../file";
import { isBefore, type Minor, minorOf } from "../../kubernetesSupport";

const place = ["kubernetes", "storage"];
const section = ["kubernetes", "vsphereStorage"];

/** The oldest that the driver's pinned release is made for; its newest is Slipway's own. */
const oldestOfDriver: Minor = [1, 33];

/** Volumes on vSphere need a vSphere, an account, and disks that nobody moves behind the driver's back. */
export function* checkStorage(draft: KubernetesDraft, context: CheckContext): Iterable<Finding> {
  const { storage } = draft.kubernetes ?? {};
  const isGiven = context.given(section);
  if (storage !== undefined && storage !== "vsphere" && isGiven) {
    yield error(
      section,
      `has no effect with \`storage: ${storage}\`; remove it, or use \`storage: vsphere\``,
    );
  }
  if (storage !== "vsphere") return;
  if (draft.vsphere === undefined) {
    if (!context.given(["hosts"])) return;
    yield error(
      place,
      "is vsphere, but under hosts are machines of which no vCenter is known; use `local`, or `external` with a storage class that the site installs",
    );
    return;
  }
  if (!isGiven) {
    yield error(
      section,
      "is missing, and vSphere's CSI driver needs an account; add it, for example `vsphereStorage: { user: csi@vsphere.local }`",
    );
  }
  yield* checkPlace(draft.vsphere);
  yield* checkVersion(draft);
}

function* checkPlace({
  datacenter,
  datastoreCluster,
}: NonNullable<KubernetesDraft["vsphere"]>): Iterable<Finding> {
  if (datacenter?.includes(",") === true) {
    yield error(
      ["vsphere", "datacenter"],
      `is ${quote(datacenter)}, with a comma, at which vSphere's CSI driver takes it for two; rename the datacenter, or use another storage than vsphere`,
    );
  }
  // https://github.com/kubernetes-sigs/vsphere-csi-driver/issues/686
  if (datastoreCluster !== undefined) {
    yield warning(
      ["vsphere", "datastoreCluster"],
      `is balanced by Storage DRS where that is automatic, which moves and renames the volumes at a machine together with it, and then no machine can have them; exclude these machines from its automation in ${quote(datastoreCluster)}, or place them by datastore`,
    );
  }
}

function* checkVersion({ kubernetes }: KubernetesDraft): Iterable<Finding> {
  const version = kubernetes?.version;
  if (version === undefined || !isBefore(minorOf(version), oldestOfDriver)) return;
  yield warning(
    place,
    `is vsphere, whose driver is made for Kubernetes ${oldestOfDriver.join(".")} or later, and version is ${version}; upgrade before you rely on it`,
  );
}
