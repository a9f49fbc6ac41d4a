import { resourceRule } from "../../core/rule";
import { lookAtEach } from "../../core/value";
import { at } from "../containers";

export default resourceRule({
  id: "SLW-APP-014",
  title: "Containers drop all capabilities, and get back few",
  severity: "medium",
  rationale:
    "Hardly any program needs one of the rights that engines give by default, and each is a way out of the container.",
  remedy: "Set `cap_drop: [ALL]`, and `cap_add` for what is needed and allowed.",
  references: [
    {
      source: "CIS Docker",
      name: "5.4 Ensure that Linux kernel capabilities are restricted within containers",
    },
    {
      source: "CIS Kubernetes",
      name: "5.2.8 to 5.2.10 Minimize the admission of containers with capabilities",
    },
    { source: "Pod Security", name: "Capabilities" },
    { source: "KubeLinter", name: "drop-net-raw-capability" },
    { source: "Polaris", name: "insecureCapabilities" },
    { source: "Polaris", name: "dangerousCapabilities" },
    { source: "Polaris", name: "linuxHardening" },
  ],
  parameters: {
    allowed: {
      kind: "texts",
      default: ["NET_BIND_SERVICE"],
      meaning: "capabilities that may be added",
    },
  },
  on: ["workload"],
  check: (workload, { allowed }, report) => {
    lookAtEach(workload.containers(), (container) => {
      const where = at(workload, container);
      if (!container.droppedCapabilities().includes("ALL"))
        report(`${where}does not drop all capabilities`);
      const added = container.addedCapabilities().filter((one) => !allowed.includes(one));
      if (added.length > 0) report(`${where}adds ${added.join(", ")}`);
    });
  },
  admission: ({ allowed }) => [
    {
      expression:
        "variables.containers.all(c, has(c.securityContext) && has(c.securityContext.capabilities) && has(c.securityContext.capabilities.drop) && 'ALL' in c.securityContext.capabilities.drop)",
      message: "a container must drop ALL capabilities",
    },
    {
      expression: `variables.containers.all(c, !has(c.securityContext) || !has(c.securityContext.capabilities) || !has(c.securityContext.capabilities.add) || c.securityContext.capabilities.add.all(a, a in [${allowed
        .map((one) => `'${one}'`)
        .join(", ")}]))`,
      message: `a container may add no capability but ${allowed.join(", ") || "none"}`,
    },
  ],
});
