/** What Traefik is told of routes, by the labels of services and the annotations of Ingresses. */
import { middlewaresOfRoutes } from "../../components/ingress/names";
import type { Route } from "../core/subjects";

/** Routers of Traefik, by all labels that speak of them; its labels have no case. */
export function routes(labels: Readonly<Record<string, string>>): readonly Route[] {
  const known = Object.entries(labels).map(
    ([label, value]) => [label.toLowerCase(), value] as const,
  );
  const routers = new Map<string, Map<string, string>>();
  for (const [label, value] of known) {
    const [, router, setting] = /^traefik\.((?:http|tcp)\.routers\.[^.]+)\.(.+)$/.exec(label) ?? [];
    if (router === undefined || setting === undefined) continue;
    const settings = routers.get(router) ?? new Map<string, string>();
    routers.set(router, settings.set(setting, value));
  }
  const found = [...routers].map(([router, settings]) => ({
    name: router.split(".").at(-1) ?? "",
    hasTls: [...settings].some(
      ([setting, value]) => (setting === "tls" && value === "true") || setting.startsWith("tls."),
    ),
    isRedirect: isRedirect(settings.get("middlewares")),
  }));
  // Who is asked for and names no route has one by its own name.
  const isAsked = known.some(([label, value]) => label === "traefik.enable" && value === "true");
  return isAsked && found.length === 0
    ? [{ name: "of its own name", hasTls: false, isRedirect: false }]
    : found;
}

/** Whether a list of middlewares (`a@file,b`) only sends clients to where there is TLS. */
export function isRedirect(list: string | undefined): boolean {
  return (list ?? "").split(",").some((one) => one.trim() === middlewaresOfRoutes.redirect);
}
