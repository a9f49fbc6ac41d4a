import { cleanPath, overlap } from "../../core/hostPath";
import { resourceRule } from "../../core/rule";
import { lookAtEach } from "../../core/value";
import { at } from "../containers";

export default resourceRule({
  id: "SLW-APP-011",
  title: "No application sees a sensitive path of its node",
  severity: "high",
  rationale:
    "Keys, credentials and configuration of the node lie there; who can write there is root on the node.",
  remedy: "Use a volume, a config or a secret.",
  references: [
    {
      source: "CIS Docker",
      name: "5.6 Ensure sensitive host system directories are not mounted on containers",
    },
    { source: "Pod Security", name: "HostPath Volumes" },
    { source: "KubeLinter", name: "sensitive-host-mounts" },
    { source: "Polaris", name: "hostPathSet" },
  ],
  parameters: {
    sensitive: {
      kind: "texts",
      default: [
        "/bin",
        "/boot",
        "/dev",
        "/etc",
        "/home",
        "/lib",
        "/lib64",
        "/opt/cni",
        "/proc",
        "/root",
        "/run",
        "/sbin",
        "/sys",
        "/usr",
        "/var/lib",
        "/var/log",
        "/var/run",
        "/var/spool/cron",
      ],
      meaning:
        "paths of the node that are sensitive with all that is below, and so is what holds them; the root itself always is",
    },
    allowed: {
      kind: "texts",
      default: ["/etc/localtime", "/etc/timezone", "/etc/ssl/certs"],
      meaning: "paths below them that may be mounted read-only",
    },
  },
  on: ["workload"],
  check: (workload, { sensitive, allowed }, report) => {
    lookAtEach(workload.containers(), (container) => {
      for (const { path, isReadOnly } of container.hostPaths()) {
        const clean = cleanPath(path);
        if (isReadOnly && allowed.map(cleanPath).includes(clean)) continue;
        if (clean === "/" || sensitive.some((one) => overlap(clean, cleanPath(one))))
          report(`${at(workload, container)}mounts ${path} of the node`);
      }
    });
  },
  admission: ({ sensitive, allowed }) => [
    {
      expression: `!has(variables.podSpec.volumes) || variables.podSpec.volumes.all(v, !has(v.hostPath) || (${isAllowed(allowed.map(cleanPath))}) || (${isHarmless(sensitive.map(cleanPath))}))`,
      message: "no pod may mount a sensitive path of its node",
    },
  ],
});

/** Of the allowed ones, and mounted read-only by all that mount it. */
function isAllowed(paths: readonly string[]): string {
  const mounts =
    "!has(c.volumeMounts) || c.volumeMounts.all(m, m.name != v.name || (has(m.readOnly) && m.readOnly))";
  return `v.hostPath.path in [${paths.map((path) => `'${path}'`).join(", ")}] && variables.containers.all(c, ${mounts})`;
}

/** Kubernetes takes no `..`; what has other ways of saying the same is not taken for harmless. */
function isHarmless(sensitive: readonly string[]): string {
  const path = "v.hostPath.path";
  const folder = `(${path}.endsWith('/') ? ${path} : ${path} + '/')`;
  return [
    `!(${path} in ['', '/', '.', '/.'])`,
    ...["//", "/./"].map((part) => `!${folder}.contains('${part}')`),
    ...sensitive.flatMap((one) => [
      `!${folder}.startsWith('${one}/')`,
      `!'${one}/'.startsWith(${folder})`,
    ]),
  ].join(" && ");
}
