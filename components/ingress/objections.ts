import type { IngressExtension } from "../spec";
import { uncoveredHosts } from "./coverage";
import { matcher, type RouteSettings } from "./routes";

/** Something about a rule of a service, by its place in the canonical project. */
export interface RuleObjection {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly severity: "error" | "warning";
}

/** What is known of a cluster's ingress where rules are judged. */
export interface IngressFacts {
  readonly routes: Pick<RouteSettings, "entryPoints">;
  /** PEM of the certificate that users see; absent where Slipway does not know it. */
  readonly certificate?: string;
  /** Routes of other applications: which service of the Swarm has which of Traefik's rules. */
  readonly taken?: ReadonlyMap<string, string>;
}

/** Rules of one service, with its key in the file. */
export interface ServiceRules {
  readonly key: string;
  readonly rules: readonly IngressExtension[];
}

/** What is wrong with an application's rules on the cluster that it goes to. @param ingress undefined: it has none. */
export function* judgeRules(
  services: readonly ServiceRules[],
  ingress: IngressFacts | undefined,
): Iterable<RuleObjection> {
  const seen = new Map<string, string>();
  for (const { key, rules } of services) {
    for (const [index, rule] of rules.entries()) {
      const path = ["services", key, "x-slipway", "ingress", index];
      if (ingress === undefined) {
        yield {
          path,
          severity: "error",
          message:
            "needs an ingress, and the cluster has none; add `platform: { ingress: {} }` to its cluster.yml and run `pulumi up` there",
        };
        continue;
      }
      yield* judgeRule(rule, path, ingress, seen, key);
    }
  }
}

function* judgeRule(
  rule: IngressExtension,
  path: readonly (string | number)[],
  { routes, certificate, taken }: IngressFacts,
  seen: Map<string, string>,
  key: string,
): Iterable<RuleObjection> {
  const route = `${rule.host}${rule.path}`;
  const owner = seen.get(matcher(rule)) ?? taken?.get(matcher(rule));
  if (owner !== undefined) {
    yield {
      path: [...path, "host"],
      severity: "error",
      message: `${route} leads to ${owner} already, and one of the two would get all requests; use another host or path`,
    };
  }
  seen.set(matcher(rule), `service ${key}`);
  if (!rule.tls && routes.entryPoints.http === undefined) {
    yield {
      path: [...path, "tls"],
      severity: "error",
      message:
        "is false, and the site's Traefik has no entry point for http in cluster.yml; leave it out, or add platform.ingress.external.httpEntryPoint",
    };
  }
  if (certificate !== undefined && uncoveredHosts(certificate, [rule]).length > 0) {
    yield {
      path: [...path, "host"],
      severity: "warning",
      message: `${rule.host} is not in the certificate of the cluster's ingress, so that browsers will warn of it; ask its issuer for one that has it`,
    };
  }
}

/** Routes that services of a Swarm have, as `taken` wants them: Traefik's rules and the services' names. */
export function routesOf(
  services: readonly {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
  }[],
): ReadonlyMap<string, string> {
  return new Map(
    services.flatMap(({ name, labels }) =>
      Object.entries(labels)
        .filter(([label]) => /^traefik\.http\.routers\.[^.]+\.rule$/i.test(label))
        .map(([, rule]) => [rule, `service ${name}`] as const),
    ),
  );
}
