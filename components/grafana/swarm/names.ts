/** Namespace of everything that Grafana has on the Swarm, as `docker stack ls` shows it. */
export const namespace = "slipway_grafana";

/** Its service, and the volume with its data, which stays when the service goes. */
export const service = `${namespace}_grafana`;
export const volume = namespace;
