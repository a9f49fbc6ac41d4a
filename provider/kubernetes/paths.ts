/** Files on a node, as kubeadm lays them out. */
export const kubernetesFolder = "/etc/kubernetes";
export const adminConfig = `${kubernetesFolder}/admin.conf`;
export const kubeletConfig = `${kubernetesFolder}/kubelet.conf`;
export const manifestsFolder = `${kubernetesFolder}/manifests`;
export const pkiFolder = `${kubernetesFolder}/pki`;
export const caFile = `${pkiFolder}/ca.crt`;
export const etcdData = "/var/lib/etcd";

/** Slipway's own files on a node. `kubeadm reset` leaves them; whoever leaves removes them. */
export const ownFolder = `${kubernetesFolder}/slipway`;
/** What kubeadm lays over the configuration that all kubelets share. */
export const patchesFolder = `${ownFolder}/patches`;
export const auditPolicyFile = `${ownFolder}/audit-policy.yaml`;
export const encryptionFile = `${ownFolder}/encryption.yaml`;
/** Stands while `kubeadm init` or `kubeadm join` of ours is not finished: what it did so far may be taken back or gone on with. */
export const unfinishedMark = `${ownFolder}/unfinished`;
/** Stands from the moment in which a snapshot is put on the host until the whole cluster is back: which snapshot it is. */
export const restoringFile = `${ownFolder}/restoring.json`;
export const auditLogFolder = "/var/log/kubernetes/audit";

/** Where kubeadm's output goes: when the connection is cut, it ends its work instead of dying at a broken pipe. */
export const kubeadmLog = "/var/log/slipway-kubeadm.log";
