export { Monitoring, type MonitoringArgs } from "./monitoring";
export { networks as monitoringNetworkNames } from "./names";
