import { errorAtKey, type Finding } from "../../finding";
import { type Mapping, mappingAt } from "../tree/value";
import { checkConsistency } from "./consistency";
import type { CheckContext } from "./context";
import { checkCycles } from "./cycles";
import { checkFiles } from "./files";
import { checkImages } from "./images";
import { checkPorts } from "./ports";
import { checkReferences } from "./references";
import { checkSlipway } from "./slipway";

/** What no schema can say about a project: references, and settings that do not go together. Paths are the project's. */
export function* checkProject(model: Mapping, context: CheckContext): Iterable<Finding> {
  const services = mappingAt(model, "services");
  const isEmpty = Object.keys(services ?? {}).length === 0 && context.inactive.size === 0;
  if (isEmpty && !context.isUnsound(["services"])) {
    yield errorAtKey([], "has no services; add one under `services`");
  }
  yield* checkReferences(model, context);
  yield* checkImages(model);
  yield* checkCycles(model);
  yield* checkPorts(model);
  yield* checkFiles(model, context);
  yield* checkConsistency(model, context);
  yield* checkSlipway(model);
}
