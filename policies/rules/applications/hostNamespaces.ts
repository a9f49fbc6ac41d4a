import { resourceRule } from "../../core/rule";

export default resourceRule({
  id: "SLW-APP-009",
  title: "No application shares network, PID or IPC with its node",
  severity: "critical",
  rationale:
    "It sees the node's traffic, its processes and their memory, and no network policy holds for it.",
  remedy: "Publish the ports that are needed, and take host namespaces away.",
  references: [
    { source: "CIS Docker", name: "5.10 Ensure that the host's network namespace is not shared" },
    { source: "CIS Docker", name: "5.16 Ensure that the host's process namespace is not shared" },
    { source: "CIS Docker", name: "5.17 Ensure that the host's IPC namespace is not shared" },
    {
      source: "CIS Kubernetes",
      name: "5.2.3 to 5.2.5 Minimize the admission of containers wishing to share host namespaces",
    },
    { source: "Pod Security", name: "Host Namespaces" },
    { source: "KubeLinter", name: "host-network" },
    { source: "KubeLinter", name: "host-pid" },
    { source: "KubeLinter", name: "host-ipc" },
    { source: "Polaris", name: "hostNetworkSet" },
    { source: "Polaris", name: "hostPIDSet" },
    { source: "Polaris", name: "hostIPCSet" },
  ],
  on: ["workload"],
  check: (workload, _, report) => {
    const shared = workload.hostNamespaces();
    if (shared.length > 0) report(`shares ${shared.join(", ")} with its node`);
  },
  admission: () =>
    (["hostNetwork", "hostPID", "hostIPC"] as const).map((field) => ({
      expression: `!has(variables.podSpec.${field}) || !variables.podSpec.${field}`,
      message: `no pod may have ${field}`,
    })),
});
