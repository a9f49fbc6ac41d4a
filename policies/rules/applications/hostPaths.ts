import { resourceRule } from "../../core/rule";
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
        "/boot",
        "/dev",
        "/etc",
        "/home",
        "/lib",
        "/proc",
        "/root",
        "/run",
        "/sys",
        "/usr",
        "/var/lib",
        "/var/log",
        "/var/run",
      ],
      meaning:
        "paths of the node that are sensitive with all that is below; the root itself always is",
    },
    allowed: {
      kind: "texts",
      default: ["/etc/localtime", "/etc/timezone", "/etc/ssl/certs"],
      meaning: "paths below them that may be mounted read-only",
    },
  },
  on: ["workload"],
  check: (workload, { sensitive, allowed }, report) => {
    for (const container of workload.containers()) {
      for (const { path, isReadOnly } of container.hostPaths()) {
        const clean = path.replace(/\/+$/, "");
        if (isReadOnly && allowed.includes(clean)) continue;
        if (clean === "" || sensitive.some((one) => `${clean}/`.startsWith(`${one}/`)))
          report(`${at(workload, container)}mounts ${path} of the node`);
      }
    }
  },
  admission: ({ sensitive, allowed }) => [
    {
      expression: `variables.hostPaths.all(p, p in [${allowed.map((path) => `'${path}'`).join(", ")}] || !(p == '/' || ${sensitive
        .map((path) => `p == '${path}' || p.startsWith('${path}/')`)
        .join(" || ")}))`,
      message: "no pod may mount a sensitive path of its node",
    },
  ],
});
