import {
  Deciders,
  describeProbes,
  probeAll,
  reachDecider,
  type Probe as DeciderProbe,
} from "../cluster/deciders";
import type { Endpoint } from "../inventory/types";
import type { MachineRef } from "../sdk/shapes";
import type { Context } from "../server/handler";
import type { Connection } from "../transport/types";
import { isPassing } from "./api/errors";
import { Kubectl } from "./api/kubectl";
import { NoReadyEtcd } from "./etcd/members";
import { describeState, isOut, localState, type LocalState } from "./localState";

/** A control plane of the inventory with its state; `failure` says why it could not be asked. */
export type Probe = DeciderProbe<LocalState>;

/** Asks every control plane of the inventory, side by side. */
export function probeControlPlanes(context: Context): Promise<Probe[]> {
  return probeAll(context, localState);
}

/** A control plane whose API server answers for the cluster. */
export interface ControlPlane {
  readonly endpoint: Probe["endpoint"];
  readonly connection: Connection;
  readonly kubectl: Kubectl;
  readonly nodeName: string;
  readonly clusterId: string;
}

/** No control plane answers for the cluster: which were asked, and what each said. */
export class NoControlPlane extends Error {
  constructor(
    readonly probes: readonly Probe[],
    context: Pick<Context, "config">,
  ) {
    super(
      probes.length === 0
        ? `the cluster has no control plane any more: ${wayBack(context)}`
        : `no control plane answers for the cluster:\n${describeProbes(probes, describeState)}${
            isOutOf(probes) ? `\nIts own are gone: ${wayBack(context)}` : ""
          }`,
    );
    this.name = "NoControlPlane";
  }

  /** Every control plane that there is was asked, and every one says that it is in no cluster. */
  get allOut(): boolean {
    return isOutOf(this.probes);
  }
}

function isOutOf(probes: readonly Probe[]): boolean {
  return probes.every(({ local }) => local !== undefined && isOut(local));
}

/** What is to be done where a cluster has lost its last control plane, and all that it knew. */
function wayBack({ config }: Pick<Context, "config">): string {
  const stack = config.cluster.split("/").at(-1) ?? config.cluster;
  return (
    `\`slipway restore ${stack} --snapshot <file>\` brings it back from a snapshot of etcd. ` +
    "For an empty cluster in its place: `pulumi destroy`, then `pulumi up`"
  );
}

export interface Choice {
  /** Only control planes of this cluster. */
  readonly clusterId?: string;
  /** Machine that is asked only when no other one answers. */
  readonly avoid?: MachineRef;
}

function controlPlaneOf(
  { endpoint, connection, local }: Probe,
  wanted?: string,
): ControlPlane | undefined {
  if (connection === undefined || local?.clusterId === undefined || isOut(local)) return undefined;
  if (wanted !== undefined && local.clusterId !== wanted) return undefined;
  const { nodeName, clusterId } = local;
  return { endpoint, connection, kubectl: new Kubectl(connection), nodeName, clusterId };
}

/** Whether both are the same machine, of the same generation where that is known. */
export function isSameMachine(
  endpoint: Pick<Endpoint, "machine" | "vmUuid">,
  ref: MachineRef,
): boolean {
  if (endpoint.machine !== ref.machine) return false;
  if (endpoint.vmUuid === undefined || ref.vmUuid === undefined) return true;
  return endpoint.vmUuid.toLowerCase() === ref.vmUuid.toLowerCase();
}

/**
 * The first control plane that answers: one that is just going away costs no time.
 * @throws NoControlPlane, never "absent", when none can be asked.
 */
function reachControlPlane(context: Context, { clusterId, avoid }: Choice): Promise<ControlPlane> {
  return reachDecider(context, localState, {
    deciderOf: (probe) => controlPlaneOf(probe, clusterId),
    isAvoided: ({ endpoint }) => avoid !== undefined && isSameMachine(endpoint, avoid),
    none: (probes) => new NoControlPlane(probes, context),
  });
}

/** How long API servers may take to answer again, while etcd elects a leader or a control plane restarts, seconds. */
const recoverySeconds = 120;

/** The control planes of one cluster as one partner: what is asked must be repeatable. */
export class ControlPlanes extends Deciders<ControlPlane> {
  constructor(
    context: Context,
    private readonly choice: Choice = {},
  ) {
    super(context, recoverySeconds);
  }

  call<T>(ask: (kubectl: Kubectl) => Promise<T>): Promise<T> {
    return this.askAny(({ kubectl }) => ask(kubectl));
  }

  /** As `call`, for whoever has to know which control plane it is. */
  callAt<T>(ask: (controlPlane: ControlPlane) => Promise<T>): Promise<T> {
    return this.askAny(ask);
  }

  protected reach(): Promise<ControlPlane> {
    return reachControlPlane(this.context, this.choice);
  }

  /** Nobody in any cluster: waiting would not change it. */
  protected mayPass(error: unknown): boolean {
    if (error instanceof NoControlPlane) return !error.allOut;
    return error instanceof NoReadyEtcd || isPassing(error);
  }
}
