import type {
  ComposeFileMount,
  ComposeHealthcheck,
  ComposeProject,
  ComposeService,
} from "../../spec";
import { stackLabels, type ApplicationNames } from "../names";
import type { PinnedImage } from "../digests";
import { mounts } from "./mounts";
import { nanoseconds } from "../quantities";
import { byName } from "../service";
import type { References } from "./serviceSpec";

/** A config or a secret in the Swarm. */
export interface FileIds<Id> {
  readonly id: Id;
  /** Name in the Swarm. */
  readonly name: string;
}

interface ContainerArgs<Id> {
  readonly names: ApplicationNames;
  readonly project: ComposeProject;
  readonly service: ComposeService;
  readonly image: PinnedImage;
  readonly references: References<Id>;
}

/** What runs in each task of a service. What the file does not say is left to the engine and the image. */
export function containerSpec<Id>({
  names,
  project,
  service,
  image,
  references,
}: ContainerArgs<Id>): object {
  const { dns = [], dns_search: search = [], dns_opt: options = [] } = service;
  return {
    Image: image.image,
    Labels: { ...service.labels, ...stackLabels(names) },
    ...(service.entrypoint && { Command: [...service.entrypoint] }),
    ...(service.command && { Args: [...service.command] }),
    ...(service.hostname !== undefined && { Hostname: service.hostname }),
    Env: environment(service),
    ...(service.working_dir !== undefined && { Dir: service.working_dir }),
    ...(service.user !== undefined && { User: service.user }),
    ...list("Groups", service.group_add),
    ...(service.tty && { TTY: true }),
    ...(service.stdin_open && { OpenStdin: true }),
    ...(service.read_only && { ReadOnly: true }),
    ...(service.init !== undefined && { Init: service.init }),
    Mounts: mounts(service, project, names),
    ...(service.stop_signal !== undefined && { StopSignal: service.stop_signal }),
    ...(service.stop_grace_period !== undefined && {
      StopGracePeriod: nanoseconds(service.stop_grace_period),
    }),
    ...(service.healthcheck && { Healthcheck: healthcheck(service.healthcheck) }),
    // Compose has name=address, the engine a line of /etc/hosts.
    ...list(
      "Hosts",
      service.extra_hosts?.map((entry) => entry.split("=").reverse().join(" ")),
    ),
    ...(dns.length + search.length + options.length > 0 && {
      DNSConfig: { Nameservers: [...dns], Search: [...search], Options: [...options] },
    }),
    ...list("CapabilityAdd", service.cap_add),
    ...list("CapabilityDrop", service.cap_drop),
    ...(service.sysctls && { Sysctls: { ...service.sysctls } }),
    ...list(
      "Ulimits",
      byName(service.ulimits).map(([Name, limit]) =>
        typeof limit === "number"
          ? { Name, Soft: limit, Hard: limit }
          : { Name, Soft: limit.soft ?? 0, Hard: limit.hard ?? 0 },
      ),
    ),
    ...list(
      "Configs",
      service.configs?.map((mount) => ({
        ConfigID: references.configs.get(mount.source)?.id,
        ConfigName: references.configs.get(mount.source)?.name,
        File: file(mount, `/${mount.source}`),
      })),
    ),
    ...list(
      "Secrets",
      service.secrets?.map((mount) => ({
        SecretID: references.secrets.get(mount.source)?.id,
        SecretName: references.secrets.get(mount.source)?.name,
        File: file(mount, `/run/secrets/${mount.source}`),
      })),
    ),
    ...(service.isolation !== undefined && { Isolation: service.isolation }),
  };
}

function list(name: string, values: readonly unknown[] | undefined): object {
  return values === undefined || values.length === 0 ? {} : { [name]: [...values] };
}

/** Sorted: the order in the file is no change. A name without a value takes the image's own away. */
function environment({ environment: variables = {} }: ComposeService): string[] {
  return Object.entries(variables)
    .map(([name, value]) => (value === null ? name : `${name}=${value}`))
    .sort();
}

function file({ target, uid, gid, mode }: ComposeFileMount, byDefault: string): object {
  return {
    Name: target ?? byDefault,
    UID: uid ?? "0",
    GID: gid ?? "0",
    Mode: parseInt(mode ?? "0444", 8),
  };
}

function healthcheck(check: ComposeHealthcheck): object {
  if (check.disable === true) return { Test: ["NONE"] };
  return {
    ...(check.test && { Test: [...check.test] }),
    Interval: nanoseconds(check.interval) ?? 0,
    Timeout: nanoseconds(check.timeout) ?? 0,
    StartPeriod: nanoseconds(check.start_period) ?? 0,
    Retries: check.retries ?? 0,
  };
}
