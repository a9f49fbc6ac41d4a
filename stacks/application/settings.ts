import * as pulumi from "@pulumi/pulumi";
import { registryOf, type RegistryCredential } from "../../provider/sdk";
import { unknownKeys } from "../unknownKeys";
import { required } from "../specFile";
import type { DeploymentRequest } from "./request";

/** Configuration of an application's Pulumi stack (`slipway:…`). */
export interface ApplicationSettings {
  /** Name of the application on the cluster. Default: the Pulumi stack's name. */
  readonly application: string;
  /** Path of the Compose file, relative to the folder of Pulumi.yaml. */
  readonly stack: string;
  /** Environment: `stack.<environment>.yml` beside the file is merged over it. */
  readonly environment?: string;
  /** Pulumi stack of the cluster. */
  readonly cluster: string;
  /** Application version: `${VERSION}` in the file. */
  readonly version: string;
  /** `${REGISTRY}` in the file. */
  readonly registry?: string;
  /** Profiles of the file that are active. */
  readonly profiles: readonly string[];
  /** Further variables of the file. */
  readonly variables: Readonly<Record<string, string>>;
  /** Secret values for secrets that name an `environment` variable. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Credentials for pulling images, by the registry's host. */
  readonly registries: Readonly<Record<string, RegistryCredential>>;
  /** A release of the ledger that is deployed in the place of the files: set by `slipway rollback`. */
  readonly release?: number;
}

const known = [
  "application",
  "stack",
  "environment",
  "cluster",
  "version",
  "registry",
  "profiles",
  "variables",
  "secrets",
  "registries",
  "release",
];

/**
 * Reads the settings of an application. What `slipway` asks for goes before the configuration.
 *
 * @throws RunError with everything that is missing or wrong, at once.
 */
export function applicationSettings(
  config: pulumi.Config,
  request: DeploymentRequest = {},
): ApplicationSettings {
  const problems = unknownKeys("an application", { slipway: known });
  const report = (problem: string) => problems.push(problem);
  const profiles = list(config, "profiles", report);
  const variables = texts(config, "variables", report);
  const secrets = texts(config, "secrets", report);
  const registries = credentials(config, report);
  const release = request.release === null ? undefined : config.get("release");
  if (release !== undefined && !/^[1-9]\d*$/.test(release)) {
    report(
      `slipway:release must be the number of a release; got ${JSON.stringify(release)}. \`slipway releases\` lists them`,
    );
  }
  const application = config.get("application") ?? pulumi.getStack();
  if (!/^[a-z0-9][a-z0-9_-]{0,39}$/.test(application)) {
    report(
      `slipway:application must be of small letters, digits, - and _, at most 40; got ${JSON.stringify(application)}`,
    );
  }
  if (problems.length > 0) throw new pulumi.RunError(problems.join("\n"));
  const { version } = request.version === undefined ? required(config, ["version"]) : request;
  return {
    application,
    ...required(config, ["stack", "cluster"]),
    version: version ?? "",
    environment: config.get("environment"),
    registry: config.get("registry"),
    profiles,
    variables,
    secrets,
    registries,
    release: request.release ?? (release === undefined ? undefined : Number(release)),
  };
}

type Report = (problem: string) => void;

/** An object of the configuration; what is none is reported. */
function object(config: pulumi.Config, key: string, report: Report): unknown {
  try {
    return config.getObject(key);
  } catch {
    report(
      `slipway:${key} must be a structure; set its parts with \`pulumi config set --path slipway:${key}.NAME value\``,
    );
    return undefined;
  }
}

function list(config: pulumi.Config, key: string, report: Report): readonly string[] {
  const value = object(config, key, report) ?? [];
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  report(
    `slipway:${key} must be a list of names; set them with \`pulumi config set --path 'slipway:${key}[0]' name\``,
  );
  return [];
}

function texts(
  config: pulumi.Config,
  key: string,
  report: Report,
): Readonly<Record<string, string>> {
  const value = object(config, key, report) ?? {};
  if (typeof value !== "object" || Array.isArray(value)) {
    report(`slipway:${key} must be a mapping of names to texts`);
    return {};
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      typeof item === "string" ? item : JSON.stringify(item),
    ]),
  );
}

function credentials(
  config: pulumi.Config,
  report: Report,
): Readonly<Record<string, RegistryCredential>> {
  const value = object(config, "registries", report) ?? {};
  const found: Record<string, RegistryCredential> = {};
  for (const [host, entry] of Object.entries(value)) {
    const { username, password } = (entry ?? {}) as Readonly<Record<string, unknown>>;
    if (registryOf(`${host}/x`) !== host) {
      report(
        `slipway:registries: ${JSON.stringify(host)} is no registry's host as it stands in image names (registry.example.com, or host:port)`,
      );
    } else if (typeof username !== "string" || typeof password !== "string") {
      report(
        `slipway:registries: ${host} must have a username and a password; set them with \`pulumi config set --secret --path 'slipway:registries["${host}"].password'\``,
      );
    } else found[host] = { username, password };
  }
  return found;
}
