/** Logging of a Kubernetes cluster. */
import { KubernetesCluster } from "../support/kubernetesCluster";
import { loggingSuite } from "../support/loggingSuite";
import { loggingNamespace } from "../../components/logging/kubernetes";
import { parts } from "../../components/logging/kubernetes/names";
import { storeWorkload } from "../../components/logging/kubernetes/plan";

const inLogging = `--namespace=${loggingNamespace}`;

loggingSuite("logging of Kubernetes", "kubernetes", async (lab, change) => {
  const cluster = await KubernetesCluster.create(lab, "chron", change);
  return {
    cluster,
    inStore: (command) =>
      cluster.kubectl(
        "exec",
        inLogging,
        storeWorkload,
        "--container=store",
        "--",
        "sh",
        "-c",
        command,
      ),
    scaleStore: async (replicas) => {
      await cluster.kubectl("scale", inLogging, storeWorkload, `--replicas=${replicas}`);
    },
    killCollector: async () => {
      const node = `spec.nodeName=${cluster.name}-workers-1-g1`;
      const label = `app.kubernetes.io/name=${parts.collector}`;
      await cluster.kubectl(
        ...["delete", "pods", inLogging, "--selector", label, "--field-selector", node],
        ...["--force", "--grace-period=0"],
      );
    },
    memory: () => cluster.kubectl("top", "pods", inLogging, "--containers"),
  };
});
