import { error, warning, type Finding } from "../../../spec/finding";
import { askedGroups, capabilities, numeric, userOf } from "../security";
import type { ServiceContext } from "../types";

/** What runtimes give to every container, and `baseline` lets it add. */
const baselineCapabilities: ReadonlySet<string> = new Set([
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
]);

/** Kernel settings that are the pod's own: every node allows them. */
const safeSysctls: ReadonlySet<string> = new Set([
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ping_group_range",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.tcp_wmem",
]);

const loosen = "set x-slipway.podSecurity: privileged where it must be";

/** What the application's level of pod security does not allow, and users that Kubernetes can't name. */
export function* securityFindings(context: ServiceContext): Iterable<Finding> {
  yield* capabilityFindings(context);
  yield* userFindings(context);
  yield* sysctlFindings(context);
}

function* capabilityFindings({ key, service, level }: ServiceContext): Iterable<Finding> {
  const allowed = level === "restricted" ? new Set(["NET_BIND_SERVICE"]) : baselineCapabilities;
  if (level === "privileged") return;
  for (const [index, name] of capabilities(service.cap_add).entries()) {
    if (allowed.has(name)) continue;
    yield error(
      ["services", key, "cap_add", index],
      `is ${name}, which pod security ${level} does not allow; do without it, or ${loosen}`,
    );
  }
}

function* userFindings({ key, service, image, level }: ServiceContext): Iterable<Finding> {
  const { user } = service;
  const path = ["services", key, "user"];
  if (user !== undefined && user !== image.user) {
    const names = user.split(":").filter((part) => part !== "" && numeric(part) === undefined);
    if (names.length > 0) {
      yield error(
        path,
        `is ${JSON.stringify(user)}, and Kubernetes knows users and groups by number only; write the numbers that ${names.join(" and ")} ${names.length === 1 ? "has" : "have"} in the image`,
      );
    }
  }
  const isRoot = user === undefined ? isRootImage(image.user) : userOf(service).uid === 0;
  if (level === "restricted" && isRoot) {
    yield error(
      user === undefined ? ["services", key] : path,
      "runs as root, which pod security restricted does not allow; name another user by number",
    );
  }
  for (const [index, group] of (service.group_add ?? []).entries()) {
    if (numeric(group) !== undefined) continue;
    yield error(
      ["services", key, "group_add", index],
      `is ${JSON.stringify(group)}, and Kubernetes knows groups by number only; write the number that it has in the image`,
    );
  }
  const groups = askedGroups(service);
  if (groups.length > 1) {
    yield warning(
      ["services", key, "secrets"],
      `are to belong to the groups ${groups.join(" and ")}, and a pod's files have one: ${groups[0] ?? ""}, in which all its processes are`,
    );
  }
}

function isRootImage(user: string | undefined): boolean {
  return user !== undefined && (user === "" || userOf({ user }).uid === 0);
}

function* sysctlFindings({ key, service, level }: ServiceContext): Iterable<Finding> {
  for (const name of Object.keys(service.sysctls ?? {})) {
    if (safeSysctls.has(name)) continue;
    const path = ["services", key, "sysctls", name];
    yield level === "privileged"
      ? warning(
          path,
          "is not safe for other pods of its node: the kubelet starts the pod only where it allows this setting (allowedUnsafeSysctls)",
        )
      : error(
          path,
          `is not safe for other pods of its node, and pod security ${level} does not allow it; ${loosen}`,
        );
  }
}
