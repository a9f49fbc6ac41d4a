import type { ComposeProject } from "../../spec";
import type { ApplicationNames } from "../names";
import type { SwarmFacts } from "./facts";
import type { Objection } from "./objection";

/** Published ports that other applications have. */
export function portObjections(
  project: ComposeProject,
  names: ApplicationNames,
  { services }: Pick<SwarmFacts, "services">,
): Objection[] {
  const own = new Set(Object.keys(project.services).map((key) => names.service(key)));
  const owners = new Map<string, string>(
    services
      .filter(({ name }) => !own.has(name))
      .flatMap(({ name, ports }) =>
        ports.map(({ published, protocol }) => [`${published}/${protocol}`, name] as const),
      ),
  );
  return Object.entries(project.services).flatMap(([key, { ports = [] }]) =>
    ports.flatMap(({ published, protocol }, index) => {
      const port = `${published ?? ""}/${protocol}`;
      const owner = owners.get(port);
      return owner === undefined
        ? []
        : [
            {
              path: ["services", key, "ports", index],
              message: `publishes ${port}, which the service ${owner} has on this cluster; use another port, or let the ingress route by host name (x-slipway.ingress)`,
            },
          ];
    }),
  );
}
