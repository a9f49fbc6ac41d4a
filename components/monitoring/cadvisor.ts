/** Labels of containers that their metrics have: what tells whose they are, and nothing that comes and goes. */
const labels = ["com.docker.stack.namespace", "com.docker.swarm.service.name"];

/** What is measured: enough for limits, plots and alerts, a tenth of what cAdvisor could. */
const metrics = ["cpu", "memory", "network", "diskIO", "oom_event"];

/** cAdvisor's arguments. */
export const cadvisorArguments: readonly string[] = [
  "--docker_only=true",
  "--store_container_labels=false",
  `--whitelisted_container_labels=${labels.join(",")}`,
  `--enable_metrics=${metrics.join(",")}`,
  "--housekeeping_interval=15s",
  "--allow_dynamic_housekeeping=true",
];
