import type { ComposeProject } from "../../spec";
import { ownerLabel } from "../../../provider/sdk";
import type { ApplicationNames } from "../names";
import type { SwarmFacts } from "./facts";
import type { Objection } from "./objection";

/**
 * Published ports that other applications have. A port in mode host is one of a node: two services may have it on
 * different nodes, which the scheduler sees to.
 */
export function portObjections(
  project: ComposeProject,
  names: ApplicationNames,
  owner: string,
  { services }: Pick<SwarmFacts, "services">,
): Objection[] {
  const own = new Set(Object.keys(project.services).map((key) => names.service(key)));
  const owners = new Map<string, { readonly name: string; readonly mode: string }>(
    services
      .filter(({ name, labels }) => !own.has(name) && labels[ownerLabel] !== owner)
      .flatMap(({ name, ports }) =>
        ports.map(
          ({ published, protocol, mode }) => [`${published}/${protocol}`, { name, mode }] as const,
        ),
      ),
  );
  return Object.entries(project.services).flatMap(([key, { ports = [] }]) =>
    ports.flatMap(({ published, protocol, mode }, index) => {
      const port = `${published ?? ""}/${protocol}`;
      const holder = owners.get(port);
      return holder === undefined || (mode === "host" && holder.mode === "host")
        ? []
        : [
            {
              path: ["services", key, "ports", index],
              message: `publishes ${port}, which the service ${holder.name} has on this cluster; use another port, or let the ingress route by host name (x-slipway.ingress)`,
            },
          ];
    }),
  );
}
