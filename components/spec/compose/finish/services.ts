import { cleanPath } from "../canonical/mounts";
import type { Variables } from "../../interpolation";
import {
  isList,
  isMapping,
  listAt,
  type Mapping,
  mappingAt,
  mappingsAt,
  plain,
  textAt,
} from "../tree/value";

/** Fills in what a service means without saying it, in place. */
export function finishService(service: Mapping, variables: Variables, folder: string): void {
  service.command ??= null;
  service.entrypoint ??= null;
  if (service.pull_policy === "if_not_present") service.pull_policy = "missing";
  finishBuild(service, variables, folder);
  finishLists(service);
  finishDeploy(service);
  finishDependencies(service);
  if (service.network_mode === undefined) {
    const networks = mappingAt(service, "networks");
    if (networks === undefined || Object.keys(networks).length === 0) {
      service.networks = { default: null };
    }
  }
  for (const hook of [...listAt(service, "post_start"), ...listAt(service, "pre_stop")]) {
    if (isMapping(hook)) hook.command ??= null;
  }
}

function finishBuild(service: Mapping, variables: Variables, folder: string): void {
  const build = mappingAt(service, "build");
  if (build === undefined) return;
  build.context ??= folder;
  if (build.dockerfile === undefined && build.dockerfile_inline === undefined) {
    build.dockerfile = "Dockerfile";
  }
  const args = mappingAt(build, "args") ?? {};
  for (const [name, value] of Object.entries(args)) {
    if (value !== null) continue;
    if (variables[name] === undefined) Reflect.deleteProperty(args, name);
    else args[name] = variables[name];
  }
}

function finishLists(service: Mapping): void {
  for (const port of listAt(service, "ports").filter(isMapping)) {
    port.protocol ??= "tcp";
    port.mode ??= "ingress";
  }
  for (const mount of listAt(service, "secrets").filter(isMapping)) {
    mount.target ??= `/run/secrets/${plain(mount.source)}`;
  }
  for (const mount of listAt(service, "volumes").filter(isMapping)) {
    const target = textAt(mount, "target");
    if (target !== undefined) mount.target = cleanPath(target);
  }
  for (const file of listAt(service, "env_file").filter(isMapping)) file.required ??= true;
  const hosts = service.extra_hosts;
  if (isList(hosts)) hosts.sort((a, b) => (plain(a) < plain(b) ? -1 : 1));
  for (const request of listAt(service, "gpus").filter(isMapping)) finishRequest(request);
}

function finishDeploy(service: Mapping): void {
  const deploy = mappingAt(service, "deploy");
  if (deploy === undefined) return;
  deploy.placement ??= {};
  const resources = (deploy.resources ??= {});
  if (service.scale !== undefined) deploy.replicas ??= service.scale;
  const reservations = isMapping(resources) ? mappingAt(resources, "reservations") : undefined;
  for (const request of listAt(reservations, "devices").filter(isMapping)) finishRequest(request);
}

function finishRequest(request: Mapping): void {
  if (request.count === undefined && request.device_ids === undefined) request.count = -1;
}

/** Services that are named elsewhere must be there first too. */
function finishDependencies(service: Mapping): void {
  const dependencies = mappingAt(service, "depends_on") ?? {};
  for (const dependency of Object.values(dependencies)) {
    if (!isMapping(dependency)) continue;
    dependency.required ??= true;
  }
  for (const [name, restart] of impliedDependencies(service)) {
    dependencies[name] ??= { condition: "service_started", restart, required: true };
  }
  if (Object.keys(dependencies).length > 0) service.depends_on = dependencies;
}

/** Services whose links, namespaces or volumes a service uses, and whether it restarts with them. */
export function* impliedDependencies(service: Mapping): Iterable<[string, boolean]> {
  for (const link of listAt(service, "links")) {
    const [name = "", ...alias] = plain(link).split(":");
    yield [alias.length === 1 ? name : plain(link), true];
  }
  for (const field of ["network_mode", "ipc", "pid", "uts", "cgroup"]) {
    const text = textAt(service, field) ?? "";
    if (text.startsWith("service:")) yield [text.slice("service:".length), true];
  }
  for (const source of listAt(service, "volumes_from")) {
    const text = plain(source);
    if (!text.startsWith("container:")) yield [text.split(":", 1)[0] ?? "", false];
  }
}

/** Gives names to networks, volumes, configs and secrets, and adds the default network where it is used. */
export function finishResources(model: Mapping, project: string): void {
  const services = mappingsAt(model, "services").map(([, service]) => service);
  const usesDefault = services.some(
    (service) => mappingAt(service, "networks")?.default !== undefined,
  );
  if (usesDefault) {
    const networks = (model.networks ??= {});
    if (isMapping(networks)) networks.default ??= null;
  }
  for (const kind of ["networks", "volumes", "configs", "secrets"]) {
    const resources = mappingAt(model, kind) ?? {};
    for (const [key, value] of Object.entries(resources)) {
      const resource: Mapping = isMapping(value) ? value : {};
      resource.name ??= resource.external === true ? key : `${project}_${key}`;
      if (kind === "networks") resource.ipam ??= {};
      resources[key] = resource;
    }
  }
}
