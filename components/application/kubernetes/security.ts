import type { ComposeFileMount, ComposeService } from "../../spec";
import { byName } from "../service";
import { targetPorts } from "./ports";
import type { ServiceContext } from "./types";
import { claimedVolumes } from "./volumes";

/** Group of volumes and files where the file names none: any will do, the processes of the pod are in it. */
const ownGroup = 2000;
/** Ports under this are root's, unless a sysctl says otherwise. */
const firstUnprivileged = 1024;

/** `user: 1000:1000` in numbers. A name stays out: Kubernetes knows numbers only. */
export function userOf({ user }: Pick<ComposeService, "user">): {
  readonly uid?: number;
  readonly gid?: number;
} {
  if (user === undefined) return {};
  const [uid, gid] = user.split(":").map(numeric);
  return { ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }) };
}

export function numeric(text: string): number | undefined {
  if (text === "root") return 0;
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** Names of capabilities as Kubernetes has them: without `CAP_`. */
export function capabilities(names: readonly string[] = []): readonly string[] {
  return names.map((name) => name.toUpperCase().replace(/^CAP_/, ""));
}

/**
 * Settings of the whole pod. What the file does not say is as strict as the application's level lets it be, and never
 * stricter than what an ordinary file runs with: at `baseline`, who runs as root stays root.
 */
export function podSecurity(context: ServiceContext): object {
  const { service, level } = context;
  const { uid, gid } = userOf(service);
  const isStrict = level === "restricted" || (level === "baseline" && isSurelyNotRoot(context));
  const group = fileGroup(context);
  const groups = (service.group_add ?? []).flatMap((text) => numeric(text) ?? []);
  const sysctls = sysctlsOf(context);
  return {
    ...(isStrict && { runAsNonRoot: true }),
    ...(uid !== undefined && { runAsUser: uid }),
    ...(gid !== undefined && { runAsGroup: gid }),
    ...(group !== undefined && {
      fsGroup: group,
      // A database that has made its folder its own keeps it: its files are not changed at each start.
      fsGroupChangePolicy: "OnRootMismatch",
    }),
    ...(groups.length > 0 && { supplementalGroups: groups }),
    ...(level !== "privileged" && { seccompProfile: { type: "RuntimeDefault" } }),
    ...(sysctls.length > 0 && { sysctls }),
  };
}

/** Settings of the container. */
export function containerSecurity(context: ServiceContext): object {
  const { service, level } = context;
  const add = capabilities(service.cap_add);
  const isStrict = level === "restricted" || (level === "baseline" && isSurelyNotRoot(context));
  const drop = isStrict ? ["ALL"] : capabilities(service.cap_drop);
  return {
    ...(level !== "privileged" && { allowPrivilegeEscalation: false }),
    ...((add.length > 0 || drop.length > 0) && {
      capabilities: { ...(add.length > 0 && { add }), ...(drop.length > 0 && { drop }) },
    }),
    ...(service.read_only && { readOnlyRootFilesystem: true }),
  };
}

/** The file, or the image where it is known, names a user by number that is not root. */
function isSurelyNotRoot({ service, image }: ServiceContext): boolean {
  const { uid } = userOf(service.user === undefined ? { user: image.user } : service);
  return uid !== undefined && uid !== 0;
}

/**
 * Group of the files in the pod's volumes; its processes are in it. Kubernetes has one for all of them: that which the
 * file asks for, else the user's own, else any, where there is something that needs one.
 */
function fileGroup(context: ServiceContext): number | undefined {
  const { service } = context;
  const asked = askedGroups(service);
  const { uid, gid } = userOf(service);
  const isPrivate = [...(service.configs ?? []), ...(service.secrets ?? [])].some(
    (mount) => !isReadByAll(mount),
  );
  const hasVolume = claimedVolumes(service, context.args.plan.project).length > 0;
  if (!hasVolume && !(isPrivate && !isSurelyRoot(context))) return undefined;
  return asked[0] ?? gid ?? (uid !== undefined && uid !== 0 ? uid : ownGroup);
}

/** Groups that configs and secrets of the service are to belong to, root's left out. */
export function askedGroups(service: ComposeService): readonly number[] {
  const mounts = [...(service.secrets ?? []), ...(service.configs ?? [])];
  const named = (ids: readonly (string | undefined)[]) =>
    ids.flatMap((id) => (id === undefined ? [] : (numeric(id) ?? []))).filter((id) => id !== 0);
  const groups = named(mounts.map(({ gid }) => gid));
  const users = named(mounts.filter((mount) => !isReadByAll(mount)).map(({ uid }) => uid));
  return [...new Set([...groups, ...(groups.length === 0 ? users : [])])];
}

function isReadByAll({ mode = "0444" }: ComposeFileMount): boolean {
  return (parseInt(mode, 8) & 0o4) !== 0;
}

function isSurelyRoot({ service }: ServiceContext): boolean {
  return userOf(service).uid === 0;
}

/** What the file sets; and as on Docker, whoever is not root may open ports under 1024. */
function sysctlsOf(context: ServiceContext): readonly object[] {
  const { service } = context;
  const low = targetPorts(context).some(({ port }) => port < firstUnprivileged);
  const own = "net.ipv4.ip_unprivileged_port_start";
  const all = { ...(low && { [own]: "0" }), ...service.sysctls };
  return byName(all).map(([name, value]) => ({ name, value }));
}
