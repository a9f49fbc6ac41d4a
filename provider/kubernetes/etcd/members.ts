import type { Kubectl } from "../api/kubectl";
import type { Pod } from "../api/objects";
import type { ControlPlane } from "../controlPlanes";
import { isReadyPod } from "../pods";

/** A member of the cluster's etcd. */
export interface Member {
  /** Hexadecimal, as etcdctl takes it. */
  readonly id: string;
  /** Name of its node; empty while it has not started for the first time. */
  readonly name: string;
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
  readonly isLearner: boolean;
  /** It answers and sees a leader. */
  readonly isHealthy: boolean;
}

interface RawMember {
  readonly ID: string;
  readonly name?: string;
  readonly peerURLs?: readonly string[];
  readonly clientURLs?: readonly string[];
  readonly isLearner?: boolean;
}

/** etcdctl as the static pods of kubeadm have it: their image carries it, their mounts its certificates. */
export const etcdctl = [
  "etcdctl",
  "--endpoints=https://127.0.0.1:2379",
  "--cacert=/etc/kubernetes/pki/etcd/ca.crt",
  "--cert=/etc/kubernetes/pki/etcd/server.crt",
  "--key=/etc/kubernetes/pki/etcd/server.key",
] as const;

/** Reads `etcdctl member list -w json`. Its numbers are larger than JavaScript's: they are taken as text. */
export function parseMembers(output: string): readonly Omit<Member, "isHealthy">[] {
  const exact = output.replaceAll(/"ID":\s*(\d+)/g, '"ID":"$1"');
  const { members } = JSON.parse(exact) as { members: readonly RawMember[] };
  return members.map(({ ID, name = "", peerURLs = [], clientURLs = [], isLearner = false }) => ({
    id: BigInt(ID).toString(16),
    name,
    peerUrls: peerURLs,
    clientUrls: clientURLs,
    isLearner,
  }));
}

/** Reads `etcdctl endpoint health --cluster -w json`: the endpoints that are well. */
export function parseHealth(output: string): ReadonlySet<string> {
  const start = output.indexOf("[");
  const found = JSON.parse(output.slice(start, output.lastIndexOf("]") + 1)) as readonly {
    endpoint: string;
    health: boolean;
  }[];
  return new Set(found.filter(({ health }) => health).map(({ endpoint }) => endpoint));
}

/** No etcd pod is ready, or its kubelet has not said so yet: a control plane that has just started needs a moment for that. */
export class NoReadyEtcd extends Error {
  constructor() {
    super(
      "no etcd pod of the cluster is ready, so its members can't be asked: look at `kubectl --namespace kube-system get pods --selector component=etcd`",
    );
    this.name = "NoReadyEtcd";
  }
}

async function readyEtcdPods(kubectl: Kubectl): Promise<readonly Pod[]> {
  const selection = ["--namespace=kube-system", "--selector=component=etcd"];
  return (await kubectl.list<Pod>("pods", selection)).filter(isReadyPod);
}

/**
 * The etcd pod of the control plane that answers, and no other: after a restore the cluster takes pods for ready whose
 * machines are no more.
 *
 * @throws NoReadyEtcd
 */
export async function ownEtcdPod({
  kubectl,
  nodeName,
}: Pick<ControlPlane, "kubectl" | "nodeName">): Promise<string> {
  const own = (await readyEtcdPods(kubectl)).find(({ spec }) => spec.nodeName === nodeName);
  if (own === undefined) throw new NoReadyEtcd();
  return own.metadata.name;
}

/**
 * The etcd pod that is asked: of another node than the one that is to go, where there is one. That of the control plane
 * which answers comes first: what the cluster says of a node that has just died may be old.
 *
 * @throws NoReadyEtcd
 */
export async function etcdPod(
  { kubectl, nodeName: near }: Pick<ControlPlane, "kubectl" | "nodeName">,
  avoidNode?: string,
): Promise<string> {
  const running = await readyEtcdPods(kubectl);
  const others = running.filter(({ spec }) => spec.nodeName !== avoidNode);
  const chosen = others.find(({ spec }) => spec.nodeName === near) ?? others[0] ?? running[0];
  if (chosen === undefined) throw new NoReadyEtcd();
  return chosen.metadata.name;
}

/** The members with their health, as one of them sees it. */
export async function listMembers(kubectl: Kubectl, pod: string): Promise<readonly Member[]> {
  const members = parseMembers(
    await kubectl.exec("listing etcd's members", pod, [
      ...etcdctl,
      "member",
      "list",
      "--write-out=json",
    ]),
  );
  const healthy = parseHealth(
    // It fails as a whole when one member is not well, and tells about all of them nevertheless.
    await kubectl
      .exec(
        "asking for etcd's health",
        pod,
        [...etcdctl, "endpoint", "health", "--cluster", "--write-out=json"],
        60,
      )
      .catch((error: unknown) => healthInFailure(error)),
  );
  return members.map((member) => ({
    ...member,
    isHealthy: member.clientUrls.some((url) => healthy.has(url)),
  }));
}

function healthInFailure(error: unknown): string {
  const output = (error as { stdout?: unknown }).stdout;
  if (typeof output === "string" && output.includes("[")) return output;
  throw error;
}

/** Removes a member for good. @param pod one of another node: a member that is asked to remove itself may not answer. */
export async function removeMember(kubectl: Kubectl, pod: string, id: string): Promise<void> {
  await kubectl.exec("removing an etcd member", pod, [...etcdctl, "member", "remove", id], 60);
}
