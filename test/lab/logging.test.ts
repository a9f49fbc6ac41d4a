/** Logging of a Swarm. */
import { TestCluster, type ClusterYml } from "../support/cluster";
import { loggingSuite } from "../support/loggingSuite";
import { quote } from "../../provider/transport/shell";
import { services } from "../../components/logging/swarm/names";

loggingSuite("logging of a Swarm", "swarm", async (lab, change) => {
  const cluster = await TestCluster.create(lab, "chron", (yml: ClusterYml) => {
    change(yml);
  });
  const on = async (machine: string, command: string) => {
    const { [machine]: address = machine } = await cluster.addresses("workers");
    return cluster.site.onMachine(address, command);
  };
  const containersOf = (service: string) =>
    `$(sudo docker ps --quiet --filter label=com.docker.swarm.service.name=${service})`;
  return {
    cluster,
    inStore: (command) =>
      on("workers-0", `sudo docker exec ${containersOf(services.store)} sh -c ${quote(command)}`),
    scaleStore: async (replicas) => {
      const service = (await cluster.docker()).getService(services.store);
      const { Spec, Version } = (await service.inspect()) as {
        Spec: object;
        Version: { Index: number };
      };
      await service.update({
        ...Spec,
        version: Version.Index,
        Mode: { Replicated: { Replicas: replicas } },
      });
    },
    killCollector: async () => {
      await on("workers-1", `sudo docker kill ${containersOf(services.collector)}`);
    },
    memory: () =>
      on(
        "workers-0",
        "sudo docker stats --no-stream --format '{{.Name}} {{.MemUsage}} {{.CPUPerc}}' | grep slipway_logging | sed 's/^/  /'",
      ),
  };
});
