import { isIP } from "node:net";
import { error, warning, type Finding } from "../../../spec/finding";
import { deployOf } from "../../service";
import { unknownPlaceholders } from "../environment";
import { requirement } from "../constraints";
import { spreadLabel } from "../placement";
import { targetPorts } from "../ports";
import { hasService } from "../services";
import type { ServiceContext } from "../types";

/** What the file says of a service's containers and Kubernetes can't do. */
export function* podFindings(context: ServiceContext): Iterable<Finding> {
  yield* environmentFindings(context);
  yield* placementFindings(context);
  yield* hostFindings(context);
  yield* healthFindings(context);
}

function* environmentFindings({ key, service }: ServiceContext): Iterable<Finding> {
  for (const [name, value] of Object.entries(service.environment ?? {})) {
    const path = ["services", key, "environment", name];
    if (value === null) {
      yield warning(
        path,
        "has no value, which would take the image's own away; Kubernetes can't, so give it the empty text where that does",
      );
      continue;
    }
    for (const text of unknownPlaceholders(value)) {
      yield error(
        path,
        `has ${text}, for which Kubernetes has nothing; it knows {{.Task.Name}}, {{.Task.ID}}, {{.Node.Hostname}}, {{.Node.ID}} and {{.Service.Name}}`,
      );
    }
  }
}

function* placementFindings({ key, service }: ServiceContext): Iterable<Finding> {
  const { constraints = [], preferences = [] } = deployOf(service).placement;
  const path = ["services", key, "deploy", "placement"];
  for (const [index, constraint] of constraints.entries()) {
    if (requirement(constraint) !== undefined) continue;
    yield error(
      [...path, "constraints", index],
      `is nothing that Kubernetes can ask of nodes: ${constraint}; it knows node.labels.…, node.hostname, node.role, node.platform.os and node.platform.arch`,
    );
  }
  for (const [index, { spread }] of preferences.entries()) {
    if (spreadLabel(spread) !== undefined) continue;
    yield error(
      [...path, "preferences", index],
      `spreads over ${spread ?? "nothing"}, and Kubernetes spreads over labels of nodes; write spread: node.labels.…`,
    );
  }
  if (service.deploy?.mode === "global-job") {
    yield error(
      ["services", key, "deploy", "mode"],
      "runs once on each node, which Kubernetes has nothing for; use replicated-job, or global for what goes on running",
    );
  }
}

function* hostFindings({ key, service }: ServiceContext): Iterable<Finding> {
  const { hostname, extra_hosts: hosts = [], dns = [] } = service;
  if (hostname !== undefined && !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(hostname)) {
    yield error(
      ["services", key, "hostname"],
      `must have small letters, digits and - only on Kubernetes; got ${JSON.stringify(hostname)}`,
    );
  }
  for (const [index, entry] of hosts.entries()) {
    const address = entry.slice(entry.indexOf("=") + 1);
    if (isIP(address) !== 0) continue;
    yield error(
      ["services", key, "extra_hosts", index],
      `needs an address, and Kubernetes knows none for ${JSON.stringify(address)}; write it out`,
    );
  }
  if (dns.length > 3) {
    yield error(
      ["services", key, "dns"],
      `has ${dns.length} servers, and a pod can have 3; take some out`,
    );
  }
}

function* healthFindings(context: ServiceContext): Iterable<Finding> {
  const { key, service } = context;
  const check = service.healthcheck;
  if (check !== undefined && !check.disable && check.test === undefined) {
    yield warning(
      ["services", key, "healthcheck"],
      "has no test: Kubernetes does not know the image's own, and checks nothing; write it out",
    );
  }
  const isVirtual = deployOf(service).endpoint_mode === "vip";
  if (isVirtual && hasService(context) && targetPorts(context).length === 0) {
    yield warning(
      ["services", key, "deploy", "endpoint_mode"],
      "asks for one address, which on Kubernetes goes with ports: list them under expose; until then the name stands for the addresses of the pods",
    );
  }
}

/** Services that go on running are always restarted. */
export function* restartFindings({ key, service }: ServiceContext): Iterable<Finding> {
  const { condition } = deployOf(service).restart_policy ?? {};
  const [restart] = (service.restart ?? "").split(":");
  const places = [
    [["deploy", "restart_policy", "condition"], condition ?? "", ["none", "on-failure"]],
    [["restart"], condition === undefined ? (restart ?? "") : "", ["no", "on-failure"]],
  ] as const;
  for (const [path, value, others] of places) {
    if (!others.some((other) => other === value)) continue;
    yield warning(
      ["services", key, ...path],
      `is ${JSON.stringify(value)}, and services are always restarted on Kubernetes; make what ends by itself a job (x-slipway.jobs, deploy.mode: replicated-job)`,
    );
  }
}
