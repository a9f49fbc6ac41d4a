import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { judgeRules, routesOf } from "../../../components/ingress/objections";
import { routeLabels } from "../../../components/ingress/routes";
import { routeSettings } from "../../../components/ingress/settings";
import type { IngressExtension } from "../../../components/spec";
import { certificateFor } from "./support";

const routes = routeSettings({});
let certificate = "";
before(async () => {
  ({ certificate } = await certificateFor(["shop.example.com", "*.apps.example.com"]));
});

function rule(changes: Partial<IngressExtension> = {}): IngressExtension {
  return { host: "shop.example.com", path: "/", port: 8080, tls: true, ...changes };
}

function judged(...args: Parameters<typeof judgeRules>): string[] {
  return [...judgeRules(...args)].map(
    ({ path, severity, message }) => `${severity} ${path.join(".")}: ${message}`,
  );
}

describe("the rules of an application are judged before it is deployed", () => {
  test("rules that fit have no objection", () => {
    const services = [
      {
        key: "web",
        rules: [rule(), rule({ path: "/static" }), rule({ host: "a.apps.example.com" })],
      },
      { key: "api", rules: [rule({ path: "/api" }), rule({ host: "other.test", tls: false })] },
    ];
    assert.deepEqual(judged(services, { routes, certificate }), []);
  });

  test("a rule needs an ingress", () => {
    assert.deepEqual(judged([{ key: "web", rules: [rule()] }], undefined), [
      "error services.web.x-slipway.ingress.0: needs an ingress, and the cluster has none; add `platform: { ingress: {} }` to its cluster.yml and run `pulumi up` there",
    ]);
  });

  test("a host and path lead to one service only", () => {
    const services = [
      { key: "web", rules: [rule()] },
      { key: "api", rules: [rule({ host: "SHOP.example.com" })] },
    ];
    assert.deepEqual(judged(services, { routes }), [
      "error services.api.x-slipway.ingress.0.host: SHOP.example.com/ leads to service web already, and one of the two would get all requests; use another host or path",
    ]);
  });

  test("nor to a service of another application", () => {
    const taken = routesOf([
      { name: "blog_web", labels: routeLabels("blog_web", [rule()], routes) },
      { name: "blog_db", labels: {} },
    ]);
    const [objection] = judged([{ key: "web", rules: [rule()] }], { routes, taken });
    assert.match(objection ?? "", /leads to service blog_web already/);
  });

  test("a host that the certificate does not prove is warned of, with TLS only", () => {
    const services = [
      {
        key: "web",
        rules: [rule({ host: "b.example.com" }), rule({ host: "c.test", tls: false })],
      },
      {
        key: "any",
        rules: [rule({ host: "*.apps.example.com" }), rule({ host: "*.example.com" })],
      },
    ];
    assert.deepEqual(
      judged(services, { routes, certificate }).map((line) => line.split(" ").slice(0, 3)),
      [
        ["warning", "services.web.x-slipway.ingress.0.host:", "b.example.com"],
        ["warning", "services.any.x-slipway.ingress.1.host:", "*.example.com"],
      ],
    );
  });

  test("without an entry point for http there is no route without TLS", () => {
    const external = routeSettings({
      external: { network: "n", httpsEntryPoint: "websecure", middlewares: [], labels: {} },
    });
    const [objection] = judged([{ key: "web", rules: [rule({ tls: false })] }], {
      routes: external,
    });
    assert.match(objection ?? "", /httpEntryPoint/);
  });
});
