import schema from "../cluster.schema.json";
import type { JsonSchema } from "../jsonSchema";
import { SchemaCheck } from "../schemaCheck";
import { variantOf } from "../variants";
import type { Orchestrator } from "./types";

/** The schema of files with this orchestrator. */
export function schemaOf(orchestrator: Orchestrator): JsonSchema {
  return variantOf(schema, "orchestrator", orchestrator);
}

const checks = {
  swarm: new SchemaCheck(schemaOf("swarm")),
  kubernetes: new SchemaCheck(schemaOf("kubernetes")),
};

/** The check of a file by the orchestrator that it names. */
export function checkFor(data: unknown): SchemaCheck {
  return checks[orchestratorOf(data)];
}

/** Where a file names none that is known, the one that its sections are about: one mistake is said once, not for each of them. */
function orchestratorOf(data: unknown): Orchestrator {
  const { orchestrator, kubernetes, engine } = (data ?? {}) as Readonly<Record<string, unknown>>;
  if (orchestrator === "swarm" || orchestrator === "kubernetes") return orchestrator;
  return kubernetes !== undefined && engine === undefined ? "kubernetes" : "swarm";
}
