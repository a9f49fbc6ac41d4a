/** Namespace of everything that the scheduler has on the Swarm, as `docker stack ls` shows it. */
export const namespace = "slipway_scheduler";

/** Network on which swarm-cronjob asks the filter, and nothing else is. */
export const network = `${namespace}_api`;

export const services = { cronjob: `${namespace}_swarm-cronjob`, api: `${namespace}_api` } as const;
