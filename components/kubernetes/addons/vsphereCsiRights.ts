import type { Objects } from "../objects";
import { binding, role, serviceAccount, type Rule } from "./parts";
import {
  csiController,
  csiNode,
  csiPart,
  vsphereCsiNamespace as namespace,
} from "./vsphereCsiNames";

const read = ["get", "list", "watch"] as const;

/** Of the driver, of its syncer and of the sidecars that watch claims and attachments for it. */
const controllerRules: readonly Rule[] = [
  { apiGroups: [""], resources: ["nodes", "pods"], verbs: read },
  { apiGroups: [""], resources: ["persistentvolumeclaims"], verbs: [...read, "update"] },
  { apiGroups: [""], resources: ["persistentvolumeclaims/status"], verbs: ["patch"] },
  {
    apiGroups: [""],
    resources: ["persistentvolumes"],
    verbs: [...read, "create", "update", "patch", "delete"],
  },
  { apiGroups: [""], resources: ["events"], verbs: [...read, "create", "update", "patch"] },
  { apiGroups: ["storage.k8s.io"], resources: ["storageclasses", "csinodes"], verbs: read },
  { apiGroups: ["storage.k8s.io"], resources: ["volumeattachments"], verbs: [...read, "patch"] },
  { apiGroups: ["storage.k8s.io"], resources: ["volumeattachments/status"], verbs: ["patch"] },
  // It makes kinds of its own when it starts, and keeps account in them.
  {
    apiGroups: ["apiextensions.k8s.io"],
    resources: ["customresourcedefinitions"],
    verbs: ["get", "create", "update"],
  },
  {
    apiGroups: ["cns.vmware.com"],
    resources: ["cnsvolumeoperationrequests"],
    verbs: ["get", "list", "create", "update", "delete"],
  },
  {
    apiGroups: ["cns.vmware.com"],
    resources: ["cnsvolumeinfoes"],
    verbs: [...read, "create", "delete"],
  },
  {
    apiGroups: ["cns.vmware.com"],
    resources: ["cnsvspherevolumemigrations"],
    verbs: [...read, "create", "update", "delete"],
  },
  {
    apiGroups: ["cns.vmware.com"],
    resources: ["triggercsifullsyncs"],
    verbs: [...read, "create", "update"],
  },
  { apiGroups: ["cns.vmware.com"], resources: ["csinodetopologies"], verbs: [...read, "update"] },
];

/** Who leads among the replicas, and which features are on: both in the driver's own namespace. */
const controllerOwnRules: readonly Rule[] = [
  {
    apiGroups: ["coordination.k8s.io"],
    resources: ["leases"],
    verbs: [...read, "create", "update", "patch", "delete"],
  },
  { apiGroups: [""], resources: ["configmaps"], verbs: [...read, "create"] },
];

const nodeRules: readonly Rule[] = [
  { apiGroups: [""], resources: ["nodes"], verbs: ["get"] },
  {
    apiGroups: ["cns.vmware.com"],
    resources: ["csinodetopologies"],
    verbs: ["get", "watch", "create", "patch"],
  },
];

const nodeOwnRules: readonly Rule[] = [{ apiGroups: [""], resources: ["configmaps"], verbs: read }];

/**
 * Service accounts of the driver with upstream's rights, but for those of snapshots, which are not deployed, and with the
 * rights to leases and ConfigMaps in its own namespace only.
 */
export function vsphereCsiRights(): Objects {
  return {
    ...account("controller", csiController, controllerRules, controllerOwnRules),
    ...account("node", csiNode, nodeRules, nodeOwnRules),
  };
}

function account(
  key: string,
  name: string,
  everywhere: readonly Rule[],
  inNamespace: readonly Rule[],
): Objects {
  const subject = { kind: "ServiceAccount", name, namespace } as const;
  return {
    [`${key}-account`]: serviceAccount(name, namespace),
    [`${key}-role`]: role(name, csiPart, everywhere),
    [`${key}-binding`]: binding({
      name,
      part: csiPart,
      role: { kind: "ClusterRole", name },
      subject,
    }),
    [`${key}-own-role`]: role(name, csiPart, inNamespace, namespace),
    [`${key}-own-binding`]: binding({
      name,
      part: csiPart,
      role: { kind: "Role", name },
      subject,
      namespace,
    }),
  };
}
