/** Monitoring of a Swarm. */
import { TestCluster, type ClusterYml } from "../support/cluster";
import { monitoringSuite } from "../support/monitoringSuite";
import { quote } from "../../provider/transport/shell";

const crasher = "crasher_one";

monitoringSuite("monitoring of a Swarm", "swarm", async (lab, change) => {
  const cluster = await TestCluster.create(lab, "watch", (yml: ClusterYml) => {
    const { workers } = yml.nodePools;
    if (workers !== undefined) workers.count = 2;
    change(yml);
  });
  const container = "$(sudo docker ps --quiet --filter name=slipway_monitoring_prometheus.)";
  return {
    cluster,
    inPrometheus: async (command) => {
      const { "workers-0": address = "" } = await cluster.addresses("workers");
      const words = command.map(quote).join(" ");
      return cluster.site.onMachine(address, `sudo docker exec ${container} ${words}`);
    },
    crash: async () => {
      await (
        await cluster.docker()
      ).createService({
        Name: crasher,
        Labels: { "com.docker.stack.namespace": "crasher" },
        TaskTemplate: {
          ContainerSpec: {
            Image: `${lab.env.SLIPWAY_LAB_REGISTRY ?? ""}/prom/node-exporter:v1.5.0`,
            Command: ["/bin/node_exporter", "--no-such-flag"],
          },
          RestartPolicy: { Condition: "any", Delay: 2e9 },
        },
        Mode: { Replicated: { Replicas: 1 } },
      });
    },
    mend: async () => {
      await (await cluster.docker()).getService(crasher).remove();
    },
    // Three managers and two workers; Traefik on the workers.
    targets: {
      prometheus: 1,
      alertmanager: 1,
      blackbox: 1,
      node: 5,
      cadvisor: 5,
      engine: 5,
      "docker-api": 3,
      state: 3,
      ingress: 2,
      applications: 1,
      registry: 1,
      "registry-metrics": 2,
      probes: 1,
    },
    // Where it is there, others let it in.
    changedByGrafana: [],
  };
});
