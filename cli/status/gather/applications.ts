import { namespaceOf } from "../../../components/application/kubernetes/names";
import { currentRelease, type Release } from "../../../components/application/ledger";
import { historyIn } from "../../deploy/ledger";
import type { ApplicationFacts, Orchestrator, ReleaseFacts } from "../facts";

type Outputs = Readonly<Record<string, unknown>>;

/** The Pulumi stack of the cluster that an application's Pulumi stack is on; `undefined` for what is no application's. */
export function clusterOf(outputs: Outputs): string | undefined {
  return historyIn(outputs) !== undefined && typeof outputs.cluster === "string"
    ? outputs.cluster
    : undefined;
}

/** What an application's Pulumi stack tells of its releases. */
export function applicationFacts(
  stack: string,
  outputs: Outputs,
  orchestrator: Orchestrator,
): ApplicationFacts {
  const { application = stack, environment, releases = [] } = historyIn(outputs) ?? {};
  const release = currentRelease({ releases });
  const last = releases.at(-1);
  return {
    stack,
    namespace: orchestrator === "kubernetes" ? namespaceOf(application) : application,
    ...(environment !== undefined && { environment }),
    hasServices: Array.isArray(outputs.services) && outputs.services.length > 0,
    ...(release !== undefined && { release: releaseFacts(release) }),
    ...(last?.outcome === "failed" && { failedSince: releaseFacts(last) }),
  };
}

function releaseFacts({
  number,
  applicationVersion,
  environmentVersion,
  kind,
  by,
  at,
}: Release): ReleaseFacts {
  return {
    number,
    applicationVersion,
    ...(environmentVersion !== undefined && { environmentVersion }),
    kind,
    by,
    at,
  };
}
