import { describeState, isClean, type LocalState } from "../localState";

/** What is to be done about a host that shall be a member. */
export type Membership =
  | { readonly kind: "member" }
  | { readonly kind: "join" }
  /** A join that was cut off, or a node that the cluster has forgotten: the rest of it goes first. */
  | { readonly kind: "rejoin" };

export interface View {
  readonly machine: string;
  /** Certificate of the cluster's authority, PEM. */
  readonly caCertificate: string;
  /** Whether the cluster has a node of the host's name that is of this machine, or of none that it knows. */
  readonly isKnown: boolean;
  /** Whether what the host is fits the wanted role. */
  readonly hasRole: boolean;
}

/**
 * What a host's own state and the cluster's list of nodes say together.
 * @throws where nothing may be done: the host is a member of another cluster.
 */
export function judgeMembership(local: LocalState, view: View): Membership {
  if (isClean(local)) return { kind: "join" };
  if (local.unfinished === "reset") return { kind: "rejoin" };
  const isOurs = local.caCertificate?.trim() === view.caCertificate.trim();
  // kubeadm marks a control plane as its last step, and a worker's is to register.
  if (isOurs && local.hasKubelet && view.isKnown && view.hasRole) return { kind: "member" };
  if (local.unfinished === "join" && (isOurs || local.caCertificate === undefined))
    return { kind: "rejoin" };
  if (isOurs && local.hasKubelet) {
    if (!view.isKnown) return { kind: "rejoin" };
    throw new Error(
      `${view.machine}: is a member of the cluster in another role: a node keeps its role; move the machine to a pool of its own name, or roll it`,
    );
  }
  throw new Error(
    `${view.machine}: the host is a member of another cluster (${describeState(local)}). ` +
      "If it may leave that one, run `kubeadm reset` on it, then run again",
  );
}
