/** A Kubernetes cluster's own registry. */
import { KubernetesCluster } from "../support/kubernetesCluster";
import { failureOf, helloConfig, registrySuite } from "../support/registrySuite";

const inNamespace = "--namespace=slipway-registry";

registrySuite("a registry on Kubernetes", "kubernetes", async (lab) => {
  const cluster = await KubernetesCluster.create(lab, "depot");
  await cluster.site.up();
  return {
    cluster,
    trustFolder: "/etc/containerd/certs.d",
    inCollector: async (command) => {
      await cluster.kubectl("exec", inNamespace, "deploy/registry-push", "--", "sh", "-c", command);
    },
    collectorLog: () => cluster.kubectl("logs", inNamespace, "deploy/registry-push"),
    pullOn: async (machine, image, account) => {
      const { [machine]: address = machine } = await cluster.addresses("workers");
      const user = account === undefined ? "" : `--user '${account.username}:${account.password}'`;
      const pull = `sudo ctr --namespace k8s.io images pull --hosts-dir /etc/containerd/certs.d ${user} ${image}`;
      return failureOf(cluster.site.onMachine(address, pull));
    },
    hello: (registry) =>
      cluster.site.sibling(`hello-${cluster.name}`, {
        ...helloConfig(cluster.name, registry),
        "slipway:environment": "kube",
      }),
  };
});
