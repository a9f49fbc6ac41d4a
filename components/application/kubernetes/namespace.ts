import { ownerLabel } from "../../../provider/sdk/ownership";
import type { PodSecurity } from "../../spec";
import { commonLabels, namespaceOf } from "./names";
import type { KubernetesArgs, PlannedObject } from "./types";

/** The level of the application's pods where the file does not say: ordinary files run, and no pod gets at its node. */
export const defaultLevel: PodSecurity = "baseline";

export function levelOf({ plan }: Pick<KubernetesArgs, "plan">): PodSecurity {
  return plan.project["x-slipway"]?.podSecurity ?? defaultLevel;
}

/**
 * The application's namespace, with the level that the API server holds its pods to. Its audit log has what the strictest
 * would object to.
 *
 * @param keepsData The namespace has data that stays when the application goes, and so stays, too.
 */
export function namespace(args: KubernetesArgs, keepsData: boolean): PlannedObject {
  const level = levelOf(args);
  const prefix = "pod-security.kubernetes.io";
  return {
    key: "Namespace",
    object: {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name: namespaceOf(args.application),
        labels: {
          ...commonLabels(args.application),
          [`${prefix}/enforce`]: level,
          [`${prefix}/enforce-version`]: "latest",
          [`${prefix}/audit`]: "restricted",
        },
        // No label: the name of a Pulumi stack has a slash in it.
        annotations: { [ownerLabel]: args.owner },
      },
    },
    after: [],
    ...(keepsData && { isKept: true as const }),
  };
}
