import type { Finding } from "../../finding";
import type { CheckContext, ClusterDraft } from "../file";
import { checkAccess } from "./access";
import { checkAddresses } from "./addresses";
import { checkEngine } from "./engine";
import { checkHosts } from "./hosts";
import { checkIngress } from "./ingress";
import { checkManagers } from "./managers";
import { checkNodePools } from "./nodePools";
import { checkOs } from "./os";
import { checkRanges } from "./ranges";
import { checkSwarm } from "./swarm";
import { checkVsphere } from "./vsphere";

/** What the schema can't say: rules across fields and sections. Pure; all findings at once. */
export function* checkSemantics(draft: ClusterDraft, context: CheckContext): Iterable<Finding> {
  yield* checkVsphere(draft, context);
  yield* checkHosts(draft, context);
  yield* checkAccess(draft);
  yield* checkOs(draft, context);
  yield* checkManagers(draft);
  yield* checkNodePools(draft, context);
  yield* checkAddresses(draft);
  yield* checkEngine(draft);
  yield* checkSwarm(draft, context);
  yield* checkRanges(draft);
  yield* checkIngress(draft, context);
}
