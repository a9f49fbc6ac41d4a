import { registryOf } from "../../../provider/sdk/imageName";
import { celRegexOf, matchesAny } from "../../core/glob";
import { resourceRule } from "../../core/rule";
import { lookAtEach } from "../../core/value";
import { at } from "../containers";

export default resourceRule({
  id: "SLW-APP-002",
  title: "Images come from registries that the site allows",
  severity: "high",
  rationale:
    "What comes from anywhere was looked at by nobody, and may be gone when a node needs it again.",
  remedy: "Copy the image into an allowed registry, and name it there.",
  references: [
    { source: "CIS Docker", name: "4.2 Ensure that containers use only trusted base images" },
    { source: "CIS Kubernetes", name: "5.5.1 Configure image provenance using ImagePolicyWebhook" },
    { source: "NSA", name: "Building secure container images" },
  ],
  parameters: {
    registries: {
      kind: "texts",
      default: [],
      meaning:
        "hosts as they stand in image names (registry.example.com, 10.0.0.1:5000), with a path where one counts; * stands for any text; empty: any",
    },
  },
  on: ["workload"],
  appliesTo: (_, { registries }) => registries.length > 0,
  check: (workload, { registries }, report) => {
    lookAtEach(workload.containers(), (container) => {
      const image = container.image();
      if (registries.some((allowed) => isFrom(image, allowed))) return;
      report(
        `${at(workload, container)}image ${JSON.stringify(image)} is from none of ${registries.join(", ")}`,
      );
    });
  },
  admission: ({ registries }) => [
    {
      expression: `variables.containers.all(c, c.image.matches('^(${registries.map((one) => celRegexOf(one, "[^/]*")).join("|")})/'))`,
      message: `images must come from ${registries.join(", ")}`,
    },
  ],
});

function isFrom(image: string, allowed: string): boolean {
  if (allowed.includes("/")) return matchesAny([`${allowed}/*`], image);
  return matchesAny([allowed], registryOf(image));
}
