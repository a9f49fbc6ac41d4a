import { login, type Outputs, type Ways } from "./way";

interface KubernetesOutputs extends Outputs {
  readonly controlPlanes: Readonly<Record<string, string>>;
  readonly workers: Readonly<Record<string, string>>;
}

/** What the application's file calls its host. */
const host = "hello.test";

export const kubernetesWays: Ways = (_lab, all, stack) => {
  const outputs = all as KubernetesOutputs;
  const [controlPlane = ""] = Object.values(outputs.controlPlanes);
  return {
    answers: {
      title: "The application answers on every worker, through the ingress",
      commands: Object.values(outputs.workers).map(
        (address) => `curl --header "Host: ${host}" http://${address}/`,
      ),
    },
    looks: [
      login("Log in to a machine, for example a control plane", outputs, controlPlane),
      {
        title: "Give kubectl the cluster's credential",
        commands: [`slipway kubeconfig ${stack}`, "kubectl get nodes"],
      },
      {
        title: "Where there is no kubectl, a control plane has one",
        commands: [
          `ssh -i "$SLIPWAY_SSH_PRIVATE_KEY_FILE" ${String(outputs.sshUser)}@${controlPlane} sudo kubectl --kubeconfig /etc/kubernetes/admin.conf get nodes`,
        ],
      },
    ],
  };
};
