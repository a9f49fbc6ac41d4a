import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { matcher, routeLabels, type RouteSettings } from "../../../components/ingress/routes";
import { routeSettings } from "../../../components/ingress/settings";
import type { IngressExtension } from "../../../components/spec";

const own = routeSettings({});

function rule(changes: Partial<IngressExtension> = {}): IngressExtension {
  return { host: "shop.example.com", path: "/", port: 8080, tls: true, ...changes };
}

describe("rules become labels of Traefik", () => {
  const common = {
    "traefik.enable": "true",
    "traefik.swarm.network": "slipway_ingress",
    "traefik.swarm.lbswarm": "false",
  };
  const web = "traefik.http.routers.shop_web";
  const cases: {
    readonly title: string;
    readonly rules: readonly IngressExtension[];
    readonly settings?: RouteSettings;
    readonly labels: Readonly<Record<string, string>>;
  }[] = [
    { title: "none for a service without rules", rules: [], labels: {} },
    {
      title: "a host with TLS, with a redirect from http",
      rules: [rule()],
      labels: {
        ...common,
        "traefik.http.services.shop_web.loadbalancer.server.port": "8080",
        [`${web}.entrypoints`]: "https",
        [`${web}.middlewares`]: "slipway-retry@file",
        [`${web}.rule`]: "Host(`shop.example.com`)",
        [`${web}.service`]: "shop_web",
        [`${web}.tls`]: "true",
        [`${web}-redirect.entrypoints`]: "http",
        [`${web}-redirect.middlewares`]: "slipway-redirect@file",
        [`${web}-redirect.rule`]: "Host(`shop.example.com`)",
        [`${web}-redirect.service`]: "shop_web",
      },
    },
    {
      title: "a host without TLS, with a health check",
      rules: [rule({ tls: false, healthPath: "/readyz" })],
      labels: {
        ...common,
        "traefik.http.services.shop_web.loadbalancer.server.port": "8080",
        "traefik.http.services.shop_web.loadbalancer.healthcheck.path": "/readyz",
        "traefik.http.services.shop_web.loadbalancer.healthcheck.interval": "2s",
        "traefik.http.services.shop_web.loadbalancer.healthcheck.timeout": "2s",
        [`${web}.entrypoints`]: "http",
        [`${web}.middlewares`]: "slipway-retry@file",
        [`${web}.rule`]: "Host(`shop.example.com`)",
        [`${web}.service`]: "shop_web",
      },
    },
    {
      title: "two rules for one port share a target, a third for another port has its own",
      rules: [
        rule({ tls: false }),
        rule({ tls: false, path: "/static" }),
        rule({ tls: false, path: "/admin", port: 9000 }),
      ],
      labels: {
        ...common,
        "traefik.http.services.shop_web.loadbalancer.server.port": "8080",
        "traefik.http.services.shop_web-1.loadbalancer.server.port": "9000",
        [`${web}.entrypoints`]: "http",
        [`${web}.middlewares`]: "slipway-retry@file",
        [`${web}.rule`]: "Host(`shop.example.com`)",
        [`${web}.service`]: "shop_web",
        [`${web}-1.entrypoints`]: "http",
        [`${web}-1.middlewares`]: "slipway-retry@file",
        [`${web}-1.rule`]:
          "Host(`shop.example.com`) && (Path(`/static`) || PathPrefix(`/static/`))",
        [`${web}-1.service`]: "shop_web",
        [`${web}-2.entrypoints`]: "http",
        [`${web}-2.middlewares`]: "slipway-retry@file",
        [`${web}-2.rule`]: "Host(`shop.example.com`) && (Path(`/admin`) || PathPrefix(`/admin/`))",
        [`${web}-2.service`]: "shop_web-1",
      },
    },
    {
      title: "a Traefik of the site gets its own names, and no redirect of ours",
      rules: [rule()],
      settings: routeSettings({
        external: {
          network: "traefik-public",
          httpsEntryPoint: "websecure",
          httpEntryPoint: "web",
          middlewares: [],
          labels: { "traefik.constraint-label": "public" },
        },
      }),
      labels: {
        "traefik.constraint-label": "public",
        "traefik.enable": "true",
        "traefik.swarm.network": "traefik-public",
        "traefik.swarm.lbswarm": "false",
        "traefik.http.services.shop_web.loadbalancer.server.port": "8080",
        [`${web}.entrypoints`]: "websecure",
        [`${web}.rule`]: "Host(`shop.example.com`)",
        [`${web}.service`]: "shop_web",
        [`${web}.tls`]: "true",
      },
    },
  ];
  for (const { title, rules, settings = own, labels } of cases)
    test(title, () => {
      assert.deepEqual(routeLabels("shop_web", rules, settings), labels);
    });
});

describe("names of routes", () => {
  const nameOf = (service: string) =>
    Object.keys(routeLabels(service, [rule()], own))
      .map((label) => /^traefik\.http\.routers\.([^.]+)\.rule$/.exec(label)?.[1])
      .find((name) => name !== undefined);

  test("are those of the services, which are unique in a Swarm", () => {
    assert.equal(nameOf("shop-prod_web"), "shop-prod_web");
  });

  test("stay apart where labels can't tell services apart: by dots and by case", () => {
    const names = ["shop_a.b", "shop_a-b", "shop_A-b", "shop_A.b"].map(nameOf);
    assert.equal(new Set(names).size, names.length, String(names));
    for (const name of names) assert.match(name ?? "", /^[a-z0-9_-]+$/);
  });
});

describe("a host and a path become a rule", () => {
  const cases: readonly (readonly [host: string, path: string, rule: string])[] = [
    ["shop.example.com", "/", "Host(`shop.example.com`)"],
    ["SHOP.example.com", "/", "Host(`shop.example.com`)"],
    ["shop.test", "/api", "Host(`shop.test`) && (Path(`/api`) || PathPrefix(`/api/`))"],
    ["shop.test", "/api/", "Host(`shop.test`) && (Path(`/api`) || PathPrefix(`/api/`))"],
    ["*.example.com", "/", "HostRegexp(`^[^.]+\\.example\\.com$`)"],
    ["shop.test", "/a`b", 'Host(`shop.test`) && (Path("/a`b") || PathPrefix("/a`b/"))'],
  ];
  for (const [host, path, expected] of cases)
    test(`${host}${path}`, () => {
      assert.equal(matcher({ host, path }), expected);
    });
});
