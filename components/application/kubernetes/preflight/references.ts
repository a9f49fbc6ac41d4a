import { ownerLabel } from "../../../../provider/sdk/ownership";
import { nearest } from "../../../spec/words";
import type { Objection } from "../../preflight/objection";
import { bytes } from "../../quantities";
import { namespaceOf } from "../names";
import type { KubernetesArgs } from "../types";
import { claimedVolumes, claimName } from "../volumes";
import type { KubernetesFacts } from "./facts";

/** The namespace has to be free, or made by an earlier run of this Pulumi stack. */
export function ownershipObjections(
  { application, owner }: Pick<KubernetesArgs, "application" | "owner">,
  { namespaces }: Pick<KubernetesFacts, "namespaces">,
): Objection[] {
  const name = namespaceOf(application);
  const found = namespaces.find((one) => one.name === name);
  const holder = found?.annotations[ownerLabel];
  if (found === undefined || holder === owner) return [];
  return [
    {
      path: [],
      message:
        holder === undefined
          ? `the namespace ${name} exists, and was not made by this application; give the application another name (slipway:application), or hand the namespace over with \`kubectl annotate namespace ${name} ${ownerLabel}=${owner}\``
          : `the namespace ${name} belongs to the Pulumi stack ${holder}; give this application another name (slipway:application), or remove it there`,
    },
  ];
}

/** Configs, secrets and volumes that the file calls external and the namespace does not have. */
export function referenceObjections(args: KubernetesArgs, { own }: KubernetesFacts): Objection[] {
  const { project } = args.plan;
  const namespace = namespaceOf(args.application);
  const missing = (
    path: readonly string[],
    kind: string,
    name: string,
    known: readonly string[],
  ): Objection[] => {
    if (known.includes(name)) return [];
    const meant = nearest(name, known);
    const cure = meant === undefined ? "create it with kubectl" : `did you mean ${meant}?`;
    return [
      {
        path,
        message: `is external, and the namespace ${namespace} has no ${kind} ${JSON.stringify(name)}; ${cure}`,
      },
    ];
  };
  return [
    ...Object.entries(project.configs ?? {}).flatMap(([key, { external, name }]) =>
      external ? missing(["configs", key], "ConfigMap", name, own.configMaps) : [],
    ),
    ...Object.entries(project.secrets ?? {}).flatMap(([key, { external, name }]) =>
      external ? missing(["secrets", key], "Secret", name, own.secrets) : [],
    ),
    ...usedVolumes(args).flatMap((key) =>
      project.volumes?.[key]?.external
        ? missing(
            ["volumes", key],
            "PersistentVolumeClaim",
            claimName(key, project),
            own.claims.map(({ name }) => name),
          )
        : [],
    ),
  ];
}

function usedVolumes({ plan: { project } }: KubernetesArgs): readonly string[] {
  const used = Object.values(project.services).flatMap((service) =>
    claimedVolumes(service, project).map(({ source }) => source),
  );
  return [...new Set(used)].sort();
}

/** Storage classes that are not there, and claims that would have to be another thing than they are. */
export function storageObjections(args: KubernetesArgs, facts: KubernetesFacts): Objection[] {
  const { project } = args.plan;
  const { storageClasses, own } = facts;
  return usedVolumes(args).flatMap((key): Objection[] => {
    const volume = project.volumes?.[key];
    if (volume?.external) return [];
    const path = ["volumes", key];
    const existing = own.claims.find(({ name }) => name === claimName(key, project));
    const size = bytes(volume?.["x-slipway"]?.size);
    if (existing !== undefined) {
      if (size === undefined || size >= existing.size) return [];
      return [
        {
          path: [...path, "x-slipway", "size"],
          message: `is less than the ${Math.round(existing.size / 2 ** 20)} MiB that the volume has, and volumes do not shrink; leave the size, or move the data to a new volume`,
        },
      ];
    }
    const names = storageClasses.map(({ name }) => name);
    const { driver = "local" } = volume ?? {};
    if (driver === "local") {
      return storageClasses.some(({ isDefault }) => isDefault)
        ? []
        : [
            {
              path,
              message: `needs a storage class, and the cluster has no default one; name one in driver (${names.join(", ") || "there is none"}), or make one the default`,
            },
          ];
    }
    if (names.includes(driver)) return [];
    const meant = nearest(driver, names);
    return [
      {
        path: [...path, "driver"],
        message: `names the storage class ${driver}, which the cluster does not have; ${meant === undefined ? `it has ${names.join(", ") || "none"}` : `did you mean ${meant}?`}`,
      },
    ];
  });
}
