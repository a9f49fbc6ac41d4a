/** Monitoring of a Kubernetes cluster. */
import { KubernetesCluster } from "../support/kubernetesCluster";
import { monitoringSuite } from "../support/monitoringSuite";

const inMonitoring = "--namespace=slipway-monitoring";
const crasher = "crasher";

monitoringSuite("monitoring of Kubernetes", "kubernetes", async (lab, change) => {
  const cluster = await KubernetesCluster.create(lab, "watch", change);
  return {
    cluster,
    inPrometheus: (command) =>
      cluster.kubectl("exec", inMonitoring, "statefulset/prometheus", "--", ...command),
    crash: async () => {
      const labels = { app: crasher };
      await cluster.apply(
        { apiVersion: "v1", kind: "Namespace", metadata: { name: crasher } },
        {
          apiVersion: "apps/v1",
          kind: "Deployment",
          metadata: { name: crasher, namespace: crasher },
          spec: {
            replicas: 1,
            selector: { matchLabels: labels },
            template: {
              metadata: { labels },
              spec: {
                containers: [
                  {
                    name: crasher,
                    image: `${lab.env.SLIPWAY_LAB_REGISTRY ?? ""}/busybox:1.35.0`,
                    command: ["false"],
                  },
                ],
              },
            },
          },
        },
      );
    },
    mend: async () => {
      await cluster.kubectl("delete", "namespace", crasher);
    },
    // One control plane and two workers; Traefik on the workers.
    targets: {
      prometheus: 1,
      alertmanager: 1,
      blackbox: 1,
      node: 3,
      kubelet: 3,
      cadvisor: 3,
      apiserver: 1,
      state: 6,
      ingress: 2,
      applications: 1,
      registry: 1,
      "registry-metrics": 2,
      probes: 1,
    },
    // Its namespace is not for deployers.
    changedByGrafana: [
      "update kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy watch-deployer-policy",
    ],
  };
});
