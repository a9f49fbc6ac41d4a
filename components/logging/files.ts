import type { LogStoreIdentityOutputs } from "../../provider/sdk";
import type { LoggingSpec } from "../spec";
import { passwordOf } from "./accounts";
import { collectorText, hasGateway, type CollectorArgs } from "./collector";
import { passwordContent } from "./collectorConfig";
import { gatewayConfiguration } from "./gatewayConfig";
import { ports } from "./names";
import { securityFiles, storeSettings } from "./store/config";
import { dashboardsSettings } from "./store/dashboards";
import { keeperCurl, keeperScript } from "./store/keeper";
import { files as storeFileNames, storeFiles } from "./store/paths";

/** Files of logging by their keys, beside those of the store. */
export const keys = {
  collector: "collector.yaml",
  /** Of the collectors' account at the store. */
  password: "collector.password",
  /** What is trusted for the store: its own authority, or those of the site. */
  authorities: "authorities.pem",
  gateway: "gateway.cfg",
  /** Its certificate with the key. */
  gatewayCertificate: "gateway.pem",
  keeper: "keeper.sh",
  keeperCurl: "keeper.curl",
  dashboards: "dashboards.yml",
} as const;

/** Programs of logging. */
export const programs = ["collector", "gateway", "store", "keeper", "dashboards"] as const;
export type Program = (typeof programs)[number];

/** Programs that there are. */
export function programsOf(spec: LoggingSpec): readonly Program[] {
  const own = spec.external === undefined;
  const wanted: Readonly<Record<Program, boolean>> = {
    collector: true,
    gateway: hasGateway(spec),
    store: own,
    keeper: own,
    dashboards: own && spec.dashboards,
  };
  return programs.filter((program) => wanted[program]);
}

export interface FileSettings extends Pick<CollectorArgs, "cluster" | "orchestrator"> {
  readonly spec: LoggingSpec;
  /** PEM of authorities that the site's store may be signed by. */
  readonly authorities: readonly string[];
}

/** Whether there is a file with authorities: the site's store may need none but the system's. */
function hasAuthorities({ spec, authorities }: FileSettings): boolean {
  return hasGateway(spec) || authorities.length > 0;
}

/** Keys of the files of a program, which are known before what is in them. */
export function filesOf(program: Program, settings: FileSettings): readonly string[] {
  switch (program) {
    case "collector":
      return [
        keys.collector,
        keys.password,
        ...(hasAuthorities(settings) ? [keys.authorities] : []),
      ];
    case "gateway":
      return [
        keys.gateway,
        keys.gatewayCertificate,
        ...(settings.spec.external === undefined
          ? [storeFileNames.authority]
          : settings.authorities.length > 0
            ? [siteAuthorities]
            : []),
      ];
    case "store":
      return storeFiles;
    case "keeper":
      return [keys.keeper, keys.keeperCurl, storeFileNames.authority];
    case "dashboards":
      return [
        keys.dashboards,
        storeFileNames.authority,
        storeFileNames.certificate,
        storeFileNames.key,
      ];
    default: {
      const never: never = program;
      return never;
    }
  }
}

/** What the gateway trusts for a store of the site. */
const siteAuthorities = "site.pem";

/** Where files are in the containers. */
export interface FilePlaces {
  /** Of any file but the store's own, in the container of whoever has it. */
  readonly path: (key: string) => string;
  /** Host at which the gateway and the keeper find OpenSearch. */
  readonly node: string;
  readonly gatewayPort: number;
}

export type Identity = Pick<
  LogStoreIdentityOutputs,
  "caCertificate" | "certificate" | "key" | "seed"
>;

/** What no file says. */
export interface LoggingSecrets {
  /** Of the user at the site's store. */
  readonly password?: string;
}

/** Texts of all files, by key. @param identity of the store or the gateway; absent where there is neither */
export function fileTexts(
  settings: FileSettings,
  { password }: LoggingSecrets,
  { path, node, gatewayPort }: FilePlaces,
  identity: Identity | undefined,
): Readonly<Record<string, string>> {
  const { spec, authorities, ...rest } = settings;
  const { external } = spec;
  const trusted = hasGateway(spec) ? needed(identity).caCertificate : authorities.join("\n");
  const texts: Record<string, string> = {
    [keys.collector]: collectorText({
      ...rest,
      spec,
      passwordFile: path(keys.password),
      ...(hasAuthorities(settings) && { caFile: path(keys.authorities) }),
    }),
    [keys.password]: passwordContent(
      external === undefined ? passwordOf("collector", needed(identity).seed) : (password ?? ""),
    ),
    ...(hasAuthorities(settings) && { [keys.authorities]: trusted }),
  };
  if (hasGateway(spec)) {
    const { certificate, key } = needed(identity);
    const file =
      external === undefined
        ? path(storeFileNames.authority)
        : authorities.length > 0
          ? path(siteAuthorities)
          : "@system-ca";
    texts[keys.gateway] = gatewayConfiguration({
      store: external === undefined ? `${node}:${ports.store}` : hostAndPort(external.url),
      caFile: file,
      certificateFile: path(keys.gatewayCertificate),
      port: gatewayPort,
    });
    texts[keys.gatewayCertificate] = `${certificate.trim()}\n${key.trim()}\n`;
    if (external !== undefined) texts[siteAuthorities] = authorities.join("\n");
  }
  if (external === undefined)
    Object.assign(texts, storeTexts(settings, needed(identity), { path, node }));
  return texts;
}

function storeTexts(
  { cluster, spec }: FileSettings,
  { caCertificate, certificate, key, seed }: Identity,
  { path, node }: Pick<FilePlaces, "path" | "node">,
): Readonly<Record<string, string>> {
  const { authority, certificate: certificateFile, key: keyFile, settings } = storeFileNames;
  return {
    [settings]: storeSettings(),
    [authority]: caCertificate,
    [certificateFile]: certificate,
    [keyFile]: key,
    ...securityFiles(cluster, seed),
    [keys.keeper]: keeperScript(cluster, spec.retention, path(keys.keeperCurl)),
    [keys.keeperCurl]: keeperCurl(seed, path(authority), node),
    ...(spec.dashboards && {
      [keys.dashboards]: dashboardsSettings(seed, {
        certificate: path(certificateFile),
        key: path(keyFile),
        authority: path(authority),
      }),
    }),
  };
}

function needed(identity: Identity | undefined): Identity {
  if (identity === undefined) throw new Error("a store or a gateway has no certificate");
  return identity;
}

/** As HAProxy wants a server. */
function hostAndPort(url: string): string {
  const { hostname, port } = new URL(url);
  return `${hostname}:${port === "" ? "443" : port}`;
}
