import { resourceRule } from "../../core/rule";

export default resourceRule({
  id: "SLW-CLU-004",
  title: "What goes from node to node is encrypted",
  severity: "medium",
  rationale: "Overlay networks carry the traffic of applications over a network that others share.",
  remedy: "Set swarm.encryptOverlays: true; it needs ESP in the kernel of every node.",
  references: [
    {
      source: "CIS Docker",
      name: "7.3 Ensure that data exchanged between containers are encrypted on different nodes on the overlay network",
    },
  ],
  on: ["network"],
  check: (network, _, report) => {
    if (!network.isEncrypted()) report("is not encrypted");
  },
});
