/** A Swarm's own registry. */
import { TestCluster } from "../support/cluster";
import { failureOf, helloConfig, registrySuite } from "../support/registrySuite";

registrySuite("a registry on a Swarm", "swarm", async (lab) => {
  const cluster = await TestCluster.create(lab, "depot");
  await cluster.site.up();
  const collector = "$(sudo docker ps --quiet --filter name=slipway_registry_push)";
  const address = async (machine: string) =>
    (await cluster.addresses("workers"))[machine] ?? machine;
  const on = async (machine: string, command: string) =>
    cluster.site.onMachine(await address(machine), command);
  return {
    cluster,
    trustFolder: "/etc/docker/certs.d",
    inCollector: async (command) => {
      await on("workers-0", `sudo docker exec ${collector} sh -c '${command}'`);
    },
    collectorLog: () => on("workers-0", `sudo docker logs ${collector} 2>&1`),
    pullOn: (machine, image, account) => {
      const pull = `sudo docker pull --quiet ${image}`;
      if (account === undefined) return failureOf(on(machine, pull));
      const { username, password } = account;
      const host = image.split("/")[0] ?? "";
      const login = `echo '${password}' | sudo docker login --username ${username} --password-stdin ${host}`;
      return failureOf(on(machine, `${login} && ${pull}`));
    },
    hello: (registry) =>
      cluster.site.sibling(`hello-${cluster.name}`, helloConfig(cluster.name, registry)),
  };
});
