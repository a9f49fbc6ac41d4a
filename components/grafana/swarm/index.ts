export { Grafana, type GrafanaArgs } from "./grafana";
