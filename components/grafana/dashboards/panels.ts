/** What panels of several dashboards have in common. */
import { jobs } from "../../monitoring/names";
import type { Annotation, Panel, Query } from "./dashboard";

type Settings = Omit<Panel, "kind" | "title" | "queries">;

/** Figures over time. */
export function plot(title: string, queries: readonly Query[], settings: Settings): Panel {
  return { kind: "plot", title, queries, ...settings };
}

/** One figure, as it is now. */
export function number(title: string, expr: string, settings: Settings): Panel {
  return { kind: "number", title, queries: [{ expr, legend: title }], ...settings };
}

/** A row for each series. */
export function table(title: string, expr: string, settings: Settings): Panel {
  return { kind: "table", title, queries: [{ expr, legend: "" }], ...settings };
}

export function query(expr: string, legend: string): Query {
  return { expr, legend };
}

/** How much a counter grows in a second. */
export function perSecond(metric: string, ...matchers: readonly string[]): string {
  return `rate(${selected(metric, ...matchers)}[$__rate_interval])`;
}

export function selected(metric: string, ...matchers: readonly string[]): string {
  return matchers.length === 0 ? metric : `${metric}{${matchers.join(",")}}`;
}

/** Matcher of what a job brings. */
export function of(job: keyof typeof jobs): string {
  return `job="${jobs[job]}"`;
}

/** Containers of services, on a Swarm and on Kubernetes alike, without what is above and beside them. */
export const ofServices = [of("cadvisor"), 'service!=""'] as const;

/** Figures of routes, with the application that they lead to. */
export function byApplication(figures: string, routes: readonly string[] = []): string {
  return `${figures} * on (route) group_left (application) max by (route, application) (${selected("slipway_slo_route_info", ...routes)})`;
}

/** Alerts that fire, but for the one that always does. */
export function firing(...matchers: readonly string[]): string {
  return selected("ALERTS", 'alertstate="firing"', 'alertname!="Watchdog"', ...matchers);
}

export const requestsMayBeEmpty = "no request has come yet";

/** When applications got another version, as monitoring has seen it. */
export function releases(...matchers: readonly string[]): Annotation {
  return {
    name: "Releases",
    expr: `${selected("slipway:release:start_timestamp_seconds", ...matchers)} * 1000`,
    title: "{{application}} {{version}}",
    text: "{{application}} runs in version {{version}}.",
    color: "blue",
    atValue: true,
    shown: true,
  };
}

/** While an alert fires. */
export function alerts(...matchers: readonly string[]): Annotation {
  return {
    name: "Alerts",
    expr: `max by (alertname, severity, application, node) (${firing(...matchers)})`,
    title: "{{alertname}}",
    text: "{{severity}} {{application}} {{node}}",
    color: "red",
    shown: false,
  };
}
