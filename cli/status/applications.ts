import type { ApplicationFacts, ClusterFacts, Orchestrator, ServiceFacts } from "./facts";
import { byName, bySeverity, withWorst, worst } from "./severity";
import type { ApplicationView, Part, ServiceView, Severity } from "./view";

/** Applications of the project by their Pulumi stacks, and whatever else runs on the cluster. */
export function applicationsPart({
  members,
  applications,
  orchestrator,
}: Pick<ClusterFacts, "members" | "applications" | "orchestrator">): Part<
  readonly ApplicationView[]
> {
  if (members.kind !== "known" && applications.length === 0)
    return { severity: members.kind === "unknown" ? "unknown" : "none", reason: members.reason };
  const services = members.kind === "known" ? members.value.services : undefined;
  const deployed = new Set(applications.map(({ namespace }) => namespace));
  const others = [...new Set(services?.map(({ application }) => application))].filter(
    (name) => !deployed.has(name),
  );
  const views = [
    ...applications.map((one) => deployedView(one, services)),
    ...others.map((name) => otherView(name, services ?? [], isPlatform(name, orchestrator))),
  ];
  return withWorst(
    views.sort(
      (a, b) =>
        bySeverity(a, b) ||
        Number(a.isPlatform) - Number(b.isPlatform) ||
        byName(a.stack ?? a.name, b.stack ?? b.name),
    ),
  );
}

/** Names that the platform's parts have for themselves. */
function isPlatform(namespace: string, orchestrator: Orchestrator): boolean {
  const own = orchestrator === "swarm" ? /^slipway(_|$)/ : /^(kube-|slipway(-|$))/;
  return own.test(namespace);
}

/** An application that a Pulumi stack has deployed. Its releases are known without the cluster; whether it runs is not. */
function deployedView(
  { stack, namespace, environment, hasServices, release, failedSince }: ApplicationFacts,
  all: readonly ServiceFacts[] | undefined,
): ApplicationView {
  const services = servicesOf(namespace, all ?? []);
  const isGone = all !== undefined && hasServices && release !== undefined && services.length === 0;
  const more: readonly (readonly [boolean, Severity])[] = [
    [all === undefined, "unknown"],
    [isGone, "critical"],
    [failedSince !== undefined, "warning"],
  ];
  return {
    name: namespace,
    stack,
    ...(environment !== undefined && { environment }),
    isPlatform: false,
    severity: worst([
      ...services.map(({ severity }) => severity),
      ...more.flatMap(([applies, severity]) => (applies ? [severity] : [])),
    ]),
    ...(release !== undefined && { release }),
    ...(failedSince !== undefined && { failedSince }),
    ...(all !== undefined && { tasks: tasksOf(services) }),
    services,
  };
}

function otherView(name: string, all: readonly ServiceFacts[], platform: boolean): ApplicationView {
  const services = servicesOf(name, all);
  return {
    name,
    isPlatform: platform,
    severity: worst(services.map(({ severity }) => severity)),
    tasks: tasksOf(services),
    services,
  };
}

function servicesOf(namespace: string, all: readonly ServiceFacts[]): readonly ServiceView[] {
  return all
    .filter(({ application }) => application === namespace)
    .map(({ name, running, wanted }) => ({
      name,
      running,
      wanted,
      severity: severityOf(running, wanted),
    }))
    .sort((a, b) => bySeverity(a, b) || byName(a.name, b.name));
}

function severityOf(running: number, wanted: number): Severity {
  if (running >= wanted) return "ok";
  return running === 0 ? "critical" : "warning";
}

function tasksOf(services: readonly ServiceView[]): ApplicationView["tasks"] {
  return {
    running: services.reduce((sum, { running }) => sum + running, 0),
    wanted: services.reduce((sum, { wanted }) => sum + wanted, 0),
  };
}
