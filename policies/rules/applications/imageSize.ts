import { resourceRule } from "../../core/rule";
import { lookAtEachInTime } from "../../core/value";
import { at } from "../containers";

const megabyte = 1e6;

export default resourceRule({
  id: "SLW-APP-003",
  title: "Images are no larger than they have to be",
  severity: "low",
  isAdvice: true,
  rationale:
    "A large image makes every rollout and every recovery of a node slower, fills disks, and carries programs that only an intruder needs.",
  remedy:
    "Build from a smaller base (distroless, scratch), or in stages; raise maxMB where the size has its reason.",
  references: [
    {
      source: "CIS Docker",
      name: "4.3 Ensure that unnecessary packages are not installed in the container",
    },
    { source: "NSA", name: "Building secure container images" },
  ],
  parameters: {
    maxMB: {
      kind: "number",
      default: 500,
      min: 1,
      max: 100_000,
      meaning: "largest image, as the registry keeps it (compressed), MB",
    },
  },
  on: ["workload"],
  asks: true,
  check: (workload, { maxMB }, report, ask) =>
    lookAtEachInTime(workload.containers(), async (container) => {
      const { sizeBytes } = await ask.image(container.image());
      if (sizeBytes > maxMB * megabyte)
        report(
          `${at(workload, container)}image ${container.image()} has ${Math.round(sizeBytes / megabyte)} MB, more than ${maxMB} MB`,
        );
    }),
});
