import { matchesAny } from "../core/glob";
import type { Level } from "../core/levels";
import { defaultsOf, type ParameterValues } from "../core/parameters";
import type { Rule } from "../core/rule";

/** What a site has decided about the rules. */
export interface Settings {
  readonly environments: Readonly<Record<string, EnvironmentSettings>>;
  readonly registries: RegistrySettings;
}

export interface EnvironmentSettings {
  /** Names of its Pulumi stacks; `*` stands for any text. */
  readonly stacks: readonly string[];
  /** Of every rule that `levels` does not name. */
  readonly level: Level;
  readonly levels: Readonly<Record<string, Level>>;
  /** By rule, then by parameter. */
  readonly parameters: Readonly<Record<string, ParameterValues>>;
  /** The API server of its Kubernetes clusters holds the rules, too, where CEL can say them. */
  readonly admission: boolean;
}

/** How registries are asked about images. */
export interface RegistrySettings {
  /** PEM of authorities that are trusted besides the system's. */
  readonly ca: readonly string[];
  /** Hosts that are spoken to without TLS. */
  readonly insecure: readonly string[];
}

/** Name of the environment of stacks that no other names. */
export const unlisted = "unlisted";

/** What holds where a site has decided nothing: every rule stops a run. */
const strict: EnvironmentSettings = {
  stacks: [],
  level: "mandatory",
  levels: {},
  parameters: {},
  admission: false,
};

export const noSettings: Settings = { environments: {}, registries: { ca: [], insecure: [] } };

/** The environment of a Pulumi stack: the first that names it. */
export function environmentOf({ environments }: Settings, stack: string): string | undefined {
  return Object.keys(environments).find((name) =>
    matchesAny(environments[name]?.stacks ?? [], stack),
  );
}

/** What is decided for the environment of a Pulumi stack. */
export function settingsFor(settings: Settings, stack: string): EnvironmentSettings {
  const name = environmentOf(settings, stack);
  return (name === undefined ? undefined : settings.environments[name]) ?? strict;
}

export function levelOf({ level, levels }: EnvironmentSettings, rule: Rule): Level {
  const own = levels[rule.id];
  if (own !== undefined) return own;
  return rule.isAdvice === true && level === "mandatory" ? "advisory" : level;
}

export function parametersOf({ parameters }: EnvironmentSettings, rule: Rule): ParameterValues {
  return { ...defaultsOf(rule.parameters), ...parameters[rule.id] };
}
