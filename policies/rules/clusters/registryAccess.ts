import { celRegexOf, matchesAny } from "../../core/glob";
import { resourceRule } from "../../core/rule";
import type { Container, Variable, Workload } from "../../core/subjects";
import { at, portName, repositoryOf } from "../containers";

/** Ways to ask for an account; `silly` takes whoever sends any header. */
const accounts = ["htpasswd", "token"];
const ofAccounts = /^REGISTRY_AUTH_(HTPASSWD|TOKEN)_/;
const ofTls = /^REGISTRY_HTTP_TLS_(CERTIFICATE|LETSENCRYPT_)/;
const upstreamUser = "REGISTRY_PROXY_USERNAME";

/**
 * A registry that the site runs elsewhere (`external`) is no resource of the Pulumi stack. Nodes pull from one without TLS only
 * where their engine is told to, and that is what SLW-CLU-009 judges.
 */
export default resourceRule({
  id: "SLW-CLU-011",
  title: "Registries ask who somebody is, over TLS",
  severity: "high",
  rationale:
    "Who may push without an account decides what every node runs, and who may pull has every program of the company; without TLS, so has whoever stands between.",
  remedy:
    "Leave the registry to platform.registry, whose cache is for what everybody may have (no cache.user); of one that is deployed otherwise, set REGISTRY_AUTH, REGISTRY_HTTP_TLS_CERTIFICATE and what belongs to them in its environment, which goes before its file.",
  references: [
    { source: "CIS Docker", name: "2.5 Ensure insecure registries are not used" },
    { source: "NSA", name: "Building secure container images" },
    { source: "NSA", name: "Authentication and authorization" },
  ],
  parameters: {
    images: {
      kind: "texts",
      default: ["registry", "*/registry", "*/distribution/distribution"],
      meaning:
        "repositories of images that are a registry (CNCF distribution); * stands for any text",
    },
  },
  on: ["workload"],
  appliesTo: (workload, { images }) => registries(workload, images).length > 0,
  check: (workload, { images }, report) => {
    for (const container of registries(workload, images)) {
      const variables = container.environment();
      const mistake = accountMistake(variables);
      if (mistake !== undefined) report(`${at(workload, container)}${mistake}`);
      // Behind the ingress, TLS ends there; at a port of the node nobody else can have it.
      const ports = workload.ports().map(portName);
      if (ports.length > 0 && !variables.some(({ name }) => ofTls.test(name)))
        report(
          `${at(workload, container)}answers at port ${ports.join(", ")} of its nodes, and its environment names no certificate`,
        );
    }
  },
  admission: ({ images }) => {
    const forms = images.map((one) => celRegexOf(one, ".*")).join("|");
    const isRegistry = `c.image.matches('^(${forms})(:[^/@]*)?(@.*)?$')`;
    const has = (what: string) => `has(c.env) && c.env.exists(e, ${what})`;
    const asks = has(
      `(e.name == 'REGISTRY_AUTH' && has(e.value) && e.value in ['${accounts.join("', '")}']) || e.name.matches('${ofAccounts.source}')`,
    );
    const isOpenCache = `${has("e.name == 'REGISTRY_PROXY_REMOTEURL'")} && !c.env.exists(e, e.name == '${upstreamUser}')`;
    const onNode = "has(c.ports) && c.ports.exists(p, has(p.hostPort) && p.hostPort > 0)";
    return [
      {
        expression: `variables.containers.all(c, !${isRegistry} || (${asks}) || (${isOpenCache}))`,
        message: "a registry must ask for an account (REGISTRY_AUTH)",
      },
      {
        expression: `variables.containers.all(c, !${isRegistry} || !(${onNode}) || (${has(`e.name.matches('${ofTls.source}')`)}))`,
        message: "a registry at a port of its node must have TLS (REGISTRY_HTTP_TLS_CERTIFICATE)",
      },
    ];
  },
});

/** Containers that run distribution: by their image or command, or as a part of Slipway's own. */
function registries(workload: Workload, images: readonly string[]): readonly Container[] {
  const isOwn = workload.resource.within.some((type) => type.startsWith("slipway:registry:"));
  return workload
    .containers()
    .filter(
      (container) =>
        isOwn ||
        matchesAny(images, repositoryOf(container.image())) ||
        /^(\S*\/)?registry serve$/.test(container.command().slice(0, 2).join(" ")),
    );
}

function accountMistake(variables: readonly Variable[]): string | undefined {
  const of = (wanted: string) => variables.find(({ name }) => name === wanted);
  const asks =
    accounts.includes(of("REGISTRY_AUTH")?.value() ?? "") ||
    variables.some(({ name, value }) => ofAccounts.test(name) && value() !== "");
  if (asks) return undefined;
  if (of("REGISTRY_PROXY_REMOTEURL") === undefined)
    return "asks nobody for an account, as far as its environment says";
  // What the upstream gives to everybody, a cache may give to everybody.
  const user = of(upstreamUser);
  return user === undefined
    ? undefined
    : `asks nobody for an account, and caches what ${user.value() ?? "an account"} may read upstream`;
}
