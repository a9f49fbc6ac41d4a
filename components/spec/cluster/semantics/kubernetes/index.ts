import type { Finding } from "../../../finding";
import type { CheckContext, KubernetesDraft } from "../../file";
import { checkControlPlanes } from "./controlPlanes";
import { checkEndpoint } from "./endpoint";
import { checkLabelsAndTaints } from "./labels";
import { checkKubernetesRanges } from "./ranges";
import { checkReservations } from "./reservations";
import { checkSettings } from "./settings";
import { checkStorage } from "./storage";
import { checkUpgrades } from "./upgrades";
import { checkKubernetesVersion } from "./version";

/** What only a Kubernetes cluster has. */
export function* checkKubernetes(draft: KubernetesDraft, context: CheckContext): Iterable<Finding> {
  yield* checkControlPlanes(draft, context);
  yield* checkLabelsAndTaints(draft, context);
  yield* checkUpgrades(draft, context);
  yield* checkKubernetesVersion(draft);
  yield* checkEndpoint(draft);
  yield* checkKubernetesRanges(draft);
  yield* checkReservations(draft);
  yield* checkSettings(draft, context);
  yield* checkStorage(draft, context);
}
