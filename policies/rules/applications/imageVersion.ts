import { celRegexOf, matchesAny } from "../../core/glob";
import { resourceRule } from "../../core/rule";
import { lookAtEach } from "../../core/value";
import { at } from "../containers";

export default resourceRule({
  id: "SLW-APP-001",
  title: "Images are named by digest or by a version that stays what it is",
  severity: "high",
  rationale:
    "A tag such as latest is another image tomorrow: nobody can say what runs, and a restarted task may run something that nobody has tried.",
  remedy: "Name a version (shop:2.0.1) or a digest (shop@sha256:…).",
  references: [
    {
      source: "CIS Docker",
      name: "5.28 Ensure that Docker commands always make use of the latest version of their image",
    },
    { source: "KubeLinter", name: "latest-tag" },
    { source: "Polaris", name: "tagNotSpecified" },
    { source: "kube-score", name: "container-image-tag" },
  ],
  parameters: {
    movingTags: {
      kind: "texts",
      default: [
        "latest",
        "latest-*",
        "lts",
        "lts-*",
        "stable",
        "stable-*",
        "alpine",
        "edge",
        "nightly",
        "main",
        "master",
        "dev",
        "develop",
        "test",
        "snapshot*",
      ],
      meaning: "tags that are moved from image to image, in small letters; * stands for any text",
    },
  },
  on: ["workload"],
  check: (workload, { movingTags }, report) => {
    lookAtEach(workload.containers(), (container) => {
      const image = container.image();
      if (image.includes("@sha256:")) return;
      const tag = tagOf(image);
      if (tag === undefined)
        report(`${at(workload, container)}image ${JSON.stringify(image)} names no version`);
      else if (matchesAny(movingTags, tag.toLowerCase()))
        report(`${at(workload, container)}image ${JSON.stringify(image)} has a tag that moves`);
    });
  },
  admission: ({ movingTags }) => [
    {
      expression:
        "variables.containers.all(c, c.image.contains('@sha256:') || (c.image.matches('.*:[^/:]+$') && " +
        `!c.image.matches(':(${movingTags.map((one) => celRegexOf(one, "[^:]*")).join("|")})$')))`,
      message: "an image must be named by digest or by a version",
    },
  ],
});

function tagOf(image: string): string | undefined {
  return /:([^/:]+)$/.exec(image)?.[1];
}
