import { resourceRule } from "../../core/rule";

export default resourceRule({
  id: "SLW-APP-025",
  title: "Only safe kernel settings are changed",
  severity: "medium",
  rationale: "Others change what the whole node does, or are a way around its limits.",
  remedy: "Take the sysctl away, or have the node's template set it.",
  references: [
    { source: "Pod Security", name: "Sysctls" },
    { source: "KubeLinter", name: "unsafe-sysctls" },
  ],
  parameters: {
    safe: {
      kind: "texts",
      default: [
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_syncookies",
      ],
      meaning: "settings that may be changed: those that Kubernetes calls safe",
    },
  },
  on: ["workload"],
  check: (workload, { safe }, report) => {
    const unsafe = workload.sysctls().filter((name) => !safe.includes(name));
    if (unsafe.length > 0) report(`changes ${unsafe.join(", ")}`);
  },
  admission: ({ safe }) => [
    {
      expression: `!has(variables.podSpec.securityContext) || !has(variables.podSpec.securityContext.sysctls) || variables.podSpec.securityContext.sysctls.all(s, s.name in [${safe
        .map((name) => `'${name}'`)
        .join(", ")}])`,
      message: "only safe sysctls may be changed",
    },
  ],
});
