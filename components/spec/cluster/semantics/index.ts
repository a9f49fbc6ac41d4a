import type { Finding } from "../../finding";
import type { CheckContext, ClusterDraft } from "../file";
import { checkAccess } from "./access";
import { checkAddresses } from "./addresses";
import { checkEngine } from "./engine";
import { checkHosts } from "./hosts";
import { checkIngress } from "./ingress";
import { checkKubernetes } from "./kubernetes";
import { checkLogging } from "./logging";
import { checkManagers } from "./managers";
import { checkMonitoring } from "./monitoring";
import { checkNodePools } from "./nodePools";
import { checkOs } from "./os";
import { checkRanges } from "./ranges";
import { checkRegistry } from "./registry";
import { checkScheduler } from "./scheduler";
import { checkSwarm } from "./swarm";
import { checkVsphere } from "./vsphere";

/** What the schema can't say: rules across fields and sections. Pure; all findings at once. */
export function* checkSemantics(draft: ClusterDraft, context: CheckContext): Iterable<Finding> {
  yield* checkVsphere(draft, context);
  yield* checkHosts(draft, context);
  yield* checkAccess(draft);
  yield* checkOs(draft, context);
  yield* checkNodePools(draft, context);
  yield* checkAddresses(draft);
  yield* checkIngress(draft, context);
  yield* checkMonitoring(draft, context);
  yield* checkLogging(draft, context);
  yield* checkRegistry(draft, context);
  switch (draft.orchestrator) {
    case "swarm":
      yield* checkManagers(draft);
      yield* checkEngine(draft);
      yield* checkSwarm(draft, context);
      yield* checkRanges(draft);
      yield* checkScheduler(draft);
      return;
    case "kubernetes":
      yield* checkKubernetes(draft, context);
      return;
    case undefined:
      // It was wrong and is reported; what belongs to an orchestrator can't be judged.
      return;
    default: {
      const never: never = draft;
      return never;
    }
  }
}
