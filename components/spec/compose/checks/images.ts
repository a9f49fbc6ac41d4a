import { error, type Finding } from "../../finding";
import { quote } from "../../words";
import { type Mapping, mappingsAt, textAt } from "../tree/value";

const label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
const registry = `(?:${label}(?:\\.${label})*|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?`;
const part = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const reference = new RegExp(
  `^(?:${registry}/)?${part}(?:/${part})*(?::\\w[\\w.-]{0,127})?(?:@[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-fA-F]{32,})?$`,
);

/** Image references that no registry can have, by the grammar of the OCI distribution. */
export function* checkImages(model: Mapping): Iterable<Finding> {
  for (const [name, service] of mappingsAt(model, "services")) {
    const image = textAt(service, "image");
    if (image === undefined || reference.test(image)) continue;
    const cure =
      image.toLowerCase() !== image && reference.test(image.toLowerCase())
        ? "names of images have small letters"
        : "write it as registry/name:tag, for example registry.example.com/shop:1.0.0";
    yield error(["services", name, "image"], `is no image reference: ${quote(image)}; ${cure}`);
  }
}
