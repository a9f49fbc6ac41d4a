import type { ComposeService } from "../../spec";
import { deployOf } from "../service";
import { meets, nodeLabels, requirements } from "./constraints";
import { selectorLabels } from "./names";
import type { Labels, Pool, ServiceContext } from "./types";
import { claimedVolumes } from "./volumes";

/** What kubeadm keeps pods from control planes with. */
const controlPlaneTaint = { key: nodeLabels.controlPlane, effect: "NoSchedule" } as const;

/** The part of a pod that says where it may run. */
export function placement(context: ServiceContext): object {
  const { service, args } = context;
  const required = requirements(service);
  const perNode = deployOf(service).placement.max_replicas_per_node;
  const tolerated = tolerations(service, args.pools);
  const isGlobal = (service.deploy?.mode ?? "").startsWith("global");
  const isAlone = perNode === 1 && !isGlobal;
  const pods = { matchLabels: selectorLabels(args.application, context.name) };
  const onNode = (labelSelector: object) => ({
    labelSelector,
    topologyKey: nodeLabels.hostname,
  });
  return {
    ...((required.length > 0 || isAlone) && {
      affinity: {
        ...(required.length > 0 && {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: required }],
            },
          },
        }),
        ...(isAlone && {
          podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [onNode(pods)] },
        }),
      },
    }),
    ...(tolerated.length > 0 && { tolerations: tolerated }),
  };
}

/**
 * Taints of the pools that the service asks for by what they are: whoever names the label of a pool wants to run there. A
 * service that asks for nothing stays off tainted nodes, and so does one that a pool without taints does as well for.
 */
export function tolerations(service: ComposeService, pools: readonly Pool[]): readonly object[] {
  const required = requirements(service);
  const asks = required.filter(({ operator }) => operator === "In" || operator === "Exists");
  const isAsked = ({ labels, role }: Pool) => {
    const all: Labels = {
      ...labels,
      [nodeLabels.os]: "linux",
      ...(role === "controlPlane" && { [nodeLabels.controlPlane]: "" }),
    };
    // Of a pool's nodes neither the names nor the architecture are known here.
    const open: readonly string[] = [nodeLabels.hostname, nodeLabels.architecture];
    const told = required.filter(({ key }) => !open.includes(key));
    return (
      asks.some(({ key }) => all[key] !== undefined && key !== nodeLabels.os) &&
      told.every((one) => meets(all, one))
    );
  };
  const asked = pools.filter(isAsked);
  const isEnough = asked.some(({ role, taints }) => role === "worker" && taints.length === 0);
  const asksForControlPlane = asks.some(({ key }) => key === nodeLabels.controlPlane);
  const taints = [
    ...(asksForControlPlane ? [{ ...controlPlaneTaint, value: undefined }] : []),
    ...(isEnough ? [] : asked.flatMap((pool) => pool.taints)),
  ];
  const unique = new Map(
    taints.map(({ key, value, effect }) => [
      `${key}=${value ?? ""}:${effect}`,
      { key, ...(value ? { operator: "Equal", value } : { operator: "Exists" }), effect },
    ]),
  );
  return [...unique.values()];
}

/**
 * Tasks on as many nodes as there are, and evenly over what the file wants them spread over: wishes, since a task in a
 * bad place is better than none. `max_replicas_per_node` is more than a wish: no node has more tasks than that beyond the
 * one with the fewest, which for as many as one per node is said more exactly by anti-affinity.
 *
 * @param revisionLabel Label by which the pods of one version are told from those before it, so that these do not count.
 */
export function topologySpread(
  { service, args, name }: ServiceContext,
  revisionLabel?: string,
): object {
  const { preferences = [], max_replicas_per_node: perNode } = deployOf(service).placement;
  const labelSelector = { matchLabels: selectorLabels(args.application, name) };
  const revision = revisionLabel === undefined ? {} : { matchLabelKeys: [revisionLabel] };
  const wish = (topologyKey: string) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector,
    ...revision,
  });
  const keys = preferences.flatMap(({ spread }) => spreadLabel(spread) ?? []);
  const limit = {
    maxSkew: perNode,
    topologyKey: nodeLabels.hostname,
    whenUnsatisfiable: "DoNotSchedule",
    labelSelector,
    // A node that is being drained takes none, and none is missing there.
    nodeTaintsPolicy: "Honor",
  };
  return {
    topologySpreadConstraints: [
      ...keys.filter((key) => key !== nodeLabels.hostname).map(wish),
      wish(nodeLabels.hostname),
      ...(perNode !== undefined && perNode > 1 ? [limit] : []),
    ],
  };
}

/** The label of nodes that `spread: node.labels.zone` names. */
export function spreadLabel(text: string | undefined): string | undefined {
  const [, key] = /^node\.labels\.([\w./-]+)$/i.exec(text ?? "") ?? [];
  return key;
}

/** A job that needs the data of a running service is best where that has it: only one node can have it. */
export function besideData(context: ServiceContext, owner: string): object {
  const { service, args } = context;
  if (claimedVolumes(service, args.plan.project).length === 0) return {};
  return {
    podAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 100,
          podAffinityTerm: {
            labelSelector: { matchLabels: selectorLabels(args.application, owner) },
            topologyKey: nodeLabels.hostname,
          },
        },
      ],
    },
  };
}
