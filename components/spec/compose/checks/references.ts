import { error, type Finding } from "../../finding";
import type { Path } from "../../problem";
import { quote } from "../../words";
import { cronMistake } from "../cron";
import { listAt, type Mapping, mappingAt, mappingsAt, plain } from "../tree/value";
import { type CheckContext, cure } from "./context";

/** Names of networks, volumes, configs, secrets and services that nothing defines. */
export function* checkReferences(model: Mapping, context: CheckContext): Iterable<Finding> {
  const defined = (kind: string) => Object.keys(mappingAt(model, kind) ?? {});
  function* missing(kind: string, word: string, name: string, path: Path): Iterable<Finding> {
    if (defined(kind).includes(name) || isTakenOut(kind, name, context)) return;
    yield error(
      path,
      `refers to the ${word} ${quote(name)}, which is not defined; ${cure(name, defined(kind), kind)}`,
    );
  }
  for (const [name, service] of mappingsAt(model, "services")) {
    const at = ["services", name];
    for (const network of Object.keys(mappingAt(service, "networks") ?? {})) {
      yield* missing("networks", "network", network, [...at, "networks", network]);
    }
    for (const [index, mount] of mountsOf(service, "volumes")) {
      if (mount.type !== "volume" || mount.source === undefined) continue;
      yield* missing("volumes", "volume", plain(mount.source), [...at, "volumes", index]);
    }
    for (const kind of ["configs", "secrets"]) {
      for (const [index, mount] of mountsOf(service, kind)) {
        yield* missing(kind, kind.slice(0, -1), plain(mount.source), [...at, kind, index]);
      }
    }
    const build = mappingAt(service, "build") ?? {};
    for (const [index, mount] of mountsOf(build, "secrets")) {
      const path = [...at, "build", "secrets", index];
      yield* missing("secrets", "secret", plain(mount.source), path);
    }
    yield* checkDependencies(name, service, defined("services"), context);
  }
  yield* checkJobs(model, context);
}

function isTakenOut(kind: string, name: string, context: CheckContext): boolean {
  return context.isUnsound([kind]) || context.isUnsound([kind, name]);
}

function mountsOf(owner: Mapping, kind: string): [number, Mapping][] {
  return listAt(owner, kind).flatMap((mount, index): [number, Mapping][] =>
    typeof mount === "object" && mount !== null ? [[index, mount as Mapping]] : [],
  );
}

function* checkDependencies(
  name: string,
  service: Mapping,
  known: readonly string[],
  context: CheckContext,
): Iterable<Finding> {
  for (const [other, how] of Object.entries(mappingAt(service, "depends_on") ?? {})) {
    if ((how as Mapping | null)?.condition === undefined) {
      const at: Path = ["services", name, "depends_on", other];
      if (!context.isUnsound([...at, "condition"])) {
        const message = "is missing; add it, for example `condition: service_healthy`";
        yield error([...at, "condition"], message);
      }
    }
    const isRequired = !(typeof how === "object" && (how as Mapping | null)?.required === false);
    const finding = missingService(other, known, context, isRequired);
    if (finding !== undefined) yield error(placeOf(name, service, other), finding);
  }
}

/** Where a service is named: under `depends_on`, or where the dependency follows from. */
function placeOf(name: string, service: Mapping, other: string): Path {
  const at = ["services", name];
  for (const field of ["links", "volumes_from"]) {
    const index = listAt(service, field).findIndex((item) => plain(item).split(":")[0] === other);
    if (index >= 0) return [...at, field, index];
  }
  for (const field of ["network_mode", "ipc", "pid", "uts", "cgroup"]) {
    if (service[field] === `service:${other}`) return [...at, field];
  }
  return [...at, "depends_on", other];
}

function missingService(
  name: string,
  known: readonly string[],
  context: CheckContext,
  isRequired = true,
): string | undefined {
  if (known.includes(name) || isTakenOut("services", name, context)) return undefined;
  const profiles = context.inactive.get(name);
  if (profiles === undefined) {
    return `refers to the service ${quote(name)}, which is not defined; ${cure(name, [...known, ...context.inactive.keys()], "services")}`;
  }
  if (!isRequired) return undefined;
  return `refers to the service ${quote(name)}, which is left out because none of its profiles (${profiles.join(", ")}) is active; activate one, or write \`required: false\``;
}

function* checkJobs(model: Mapping, context: CheckContext): Iterable<Finding> {
  const jobs = mappingsAt(mappingAt(model, "x-slipway"), "jobs");
  const known = Object.keys(mappingAt(model, "services") ?? {});
  for (const [name, job] of jobs) {
    const at = ["x-slipway", "jobs", name];
    const finding =
      job.service === undefined ? undefined : missingService(plain(job.service), known, context);
    if (finding !== undefined) yield error([...at, "service"], finding);
    if (job.schedule !== undefined && job.when !== "schedule") {
      yield error(
        [...at, "schedule"],
        `has no effect with \`when: ${plain(job.when)}\`; write \`when: schedule\`, or remove it`,
      );
    } else if (job.schedule !== undefined) {
      const mistake = cronMistake(plain(job.schedule));
      if (mistake !== undefined) yield error([...at, "schedule"], mistake);
    }
  }
}
