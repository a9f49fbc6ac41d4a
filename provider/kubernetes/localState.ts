import type { Connection } from "../transport/types";
import { kubectlCommand } from "./api/kubectl";
import {
  adminConfig,
  caFile,
  etcdData,
  kubeletConfig,
  manifestsFolder,
  restoringFile,
  unfinishedMark,
} from "./paths";
import { parseRestoring, type Restoring } from "./restore/restoring";

const steps = ["init", "join", "reset", "restore"] as const;
type Unfinished = (typeof steps)[number];

/** What a host says of its membership, from its files and its own API server. */
export interface LocalState {
  /** Name under which the host is or would be a node: its host name in lower case, as kubeadm has it. */
  readonly nodeName: string;
  /** A `kubeadm init`, `join` or `reset` of ours, or the laying down of a snapshot, began here and did not end. */
  readonly unfinished?: Unfinished;
  /** The host carries a snapshot, and the cluster is not back as a whole yet. */
  readonly restoring?: Restoring;
  /** The kubelet has been given a cluster (`kubelet.conf`). */
  readonly hasKubelet: boolean;
  /** The host is to run an API server (static pod manifest). */
  readonly hasApiServer: boolean;
  readonly hasAdminConfig: boolean;
  /** etcd has written data. */
  readonly hasEtcdData: boolean;
  /** Certificate of the cluster's authority, PEM. */
  readonly caCertificate?: string;
  /** UID of the namespace `kube-system`, as the local API server tells it. */
  readonly clusterId?: string;
  /** What kubectl said when the local API server gave no answer. */
  readonly error?: string;
}

const probeScript = `
echo "node=$(uname -n | tr '[:upper:]' '[:lower:]')"
has() { if [ -e "$2" ]; then echo "$1=yes"; else echo "$1=no"; fi; }
if [ -e ${unfinishedMark} ]; then echo "unfinished=$(cat ${unfinishedMark})"; fi
if [ -e ${restoringFile} ]; then echo "restoring=$(tr -d '\\n' <${restoringFile})"; fi
has kubelet ${kubeletConfig}
has apiServer ${manifestsFolder}/kube-apiserver.yaml
has adminConfig ${adminConfig}
if [ -d ${etcdData}/member ]; then echo etcdData=yes; else echo etcdData=no; fi
if [ -e ${caFile} ]; then echo "ca=$(base64 -w0 <${caFile})"; fi
if [ -e ${manifestsFolder}/kube-apiserver.yaml ] && [ -e ${adminConfig} ]; then
  if answer=$(${kubectlCommand(["get", "namespace", "kube-system", "--output=jsonpath={.metadata.uid}"])} 2>&1); then
    echo "cluster=$answer"
  else
    echo "error=$(printf %s "$answer" | tail -n 1)"
  fi
fi
echo complete=yes
`;

/** Asks a host what it is. A host that can't be asked is an error, never "no member". */
export async function localState(connection: Connection): Promise<LocalState> {
  return parseLocalState(await connection.must("asking for its place in the cluster", probeScript));
}

/** Reads what the script printed. Throws when it is not all there. */
export function parseLocalState(output: string): LocalState {
  const values = new Map(
    output.split("\n").map((line) => {
      const equals = line.indexOf("=");
      return [line.slice(0, equals), line.slice(equals + 1)];
    }),
  );
  const nodeName = values.get("node") ?? "";
  if (nodeName === "" || values.get("complete") !== "yes")
    throw new Error("the host did not tell its place in the cluster completely");
  const ca = values.get("ca");
  const unfinished = steps.find((step) => step === values.get("unfinished"));
  const restoring = values.get("restoring");
  const clusterId = values.get("cluster");
  return {
    nodeName,
    ...(unfinished !== undefined && { unfinished }),
    ...(restoring !== undefined && { restoring: parseRestoring(restoring) }),
    hasKubelet: values.get("kubelet") === "yes",
    hasApiServer: values.get("apiServer") === "yes",
    hasAdminConfig: values.get("adminConfig") === "yes",
    hasEtcdData: values.get("etcdData") === "yes",
    ...(ca !== undefined && { caCertificate: Buffer.from(ca, "base64").toString("utf8") }),
    ...(clusterId !== undefined && clusterId !== "" && { clusterId }),
    ...(values.has("error") && { error: values.get("error") }),
  };
}

/** Whether nothing of any cluster is on the host. */
export function isClean(local: LocalState): boolean {
  return (
    local.unfinished === undefined &&
    !local.hasKubelet &&
    !local.hasApiServer &&
    !local.hasAdminConfig &&
    !local.hasEtcdData
  );
}

/** Whether the host is in no cluster, or was on its way out of one when it was left alone: it may begin anew. */
export function isOut(local: LocalState): boolean {
  return isClean(local) || local.unfinished === "reset";
}

/** The state in words. */
export function describeState(local: LocalState): string {
  if (isClean(local)) return "it is in no cluster";
  if (local.restoring !== undefined && local.unfinished !== undefined)
    return `a snapshot of ${local.restoring.taken} was put on it, and the restore did not end: run the same \`slipway restore\` again`;
  if (local.unfinished !== undefined) return `kubeadm ${local.unfinished} did not end on it`;
  if (local.clusterId !== undefined) return `it is a control plane of cluster ${local.clusterId}`;
  if (local.hasApiServer)
    return `it is a control plane whose API server gives no answer${local.error === undefined ? "" : ` (${local.error})`}`;
  if (local.hasEtcdData) return `it has etcd data in ${etcdData} and no API server`;
  return "it is a worker of a cluster";
}
