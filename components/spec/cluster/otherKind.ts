import { error, type Finding } from "../finding";

/** What a file is that is no cluster at all: one clear sentence instead of a hundred unknown keys. */
export function otherKind(data: unknown): Finding | undefined {
  if (typeof data !== "object" || data === null || Array.isArray(data)) return undefined;
  const { kind, services } = data as { kind?: unknown; services?: unknown };
  if (kind === "Application") {
    return error(
      ["kind"],
      "is Application, where a cluster is expected; name a file of kind Cluster in this Pulumi stack's config, or deploy the application with a Pulumi stack of its own",
    );
  }
  if (kind === undefined && services !== undefined) {
    return error(
      ["services"],
      "belongs to a Compose file, where a cluster is expected; name a cluster.yml (`kind: Cluster`) in this Pulumi stack's config",
    );
  }
  return undefined;
}
