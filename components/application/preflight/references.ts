import type { ComposeFileObject, ComposeProject } from "../../spec";
import { nearest } from "../../spec/words";
import { objectionToAdopting } from "../../../provider/sdk";
import { stackLabels, type ApplicationNames } from "../names";
import type { NamedFacts, SwarmFacts } from "./facts";
import type { Objection } from "./objection";

/** Networks that every engine has: a service joins that of its node. */
export const predefined: ReadonlySet<string> = new Set(["host", "bridge", "none"]);

/** External networks, configs and secrets that do not exist. */
export function referenceObjections(project: ComposeProject, facts: SwarmFacts): Objection[] {
  const swarmNetworks = facts.networks.filter(({ scope }) => scope === "swarm");
  return [
    ...Object.entries(project.networks ?? {}).flatMap(([key, { external, name }]) =>
      external && !predefined.has(name)
        ? missing(["networks", key], "network", name, swarmNetworks)
        : [],
    ),
    ...missingFiles("configs", project.configs, facts.configs),
    ...missingFiles("secrets", project.secrets, facts.secrets),
  ];
}

function missingFiles(
  kind: "configs" | "secrets",
  objects: Readonly<Record<string, ComposeFileObject>> = {},
  known: readonly NamedFacts[],
): Objection[] {
  return Object.entries(objects).flatMap(([key, { external, name }]) =>
    external ? missing([kind, key], kind.slice(0, -1), name, known) : [],
  );
}

function missing(
  path: readonly string[],
  kind: string,
  name: string,
  known: readonly NamedFacts[],
): Objection[] {
  const names = known.map((one) => one.name);
  if (names.includes(name)) return [];
  const meant = nearest(name, names);
  const cure =
    meant === undefined ? `create it with \`docker ${kind} create\`` : `did you mean ${meant}?`;
  return [
    {
      path,
      message: `is external, and the cluster has no ${kind} ${JSON.stringify(name)}; ${cure}`,
    },
  ];
}

/** Services and networks that exist under the application's names and belong to somebody else. */
export function ownershipObjections(
  project: ComposeProject,
  names: ApplicationNames,
  owner: string,
  facts: SwarmFacts,
): Objection[] {
  const services = Object.keys(project.services).map((key) => ({
    path: ["services", key],
    kind: "service",
    found: facts.services.find(({ name }) => name === names.service(key)),
  }));
  const networks = Object.entries(project.networks ?? {}).flatMap(([key, network]) =>
    network.external
      ? []
      : [
          {
            path: ["networks", key],
            kind: "network",
            found: facts.networks.find(({ name }) => name === network.name),
          },
        ],
  );
  return [...services, ...networks].flatMap(({ path, kind, found }) => {
    const objection = found && objectionToAdopting(found.labels, stackLabels(names), owner);
    return objection === undefined
      ? []
      : [{ path, message: `the ${kind} ${found?.name ?? ""} ${objection}` }];
  });
}
