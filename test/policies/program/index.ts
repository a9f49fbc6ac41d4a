/**
 * An application of a test under Pulumi's own engine: real resources of real providers, behind which nobody is. Which one,
 * SLIPWAY_TEST_APPLICATION says.
 */
import { KubernetesProvider } from "../../../components/kubernetes/object";
import { Provider } from "../../../provider/sdk";
import type { Orchestrator } from "../../support/brokenVariants";
import {
  capacity,
  kubernetesApplication,
  swarmApplication,
  type Described,
} from "../support/applications";

interface Wanted extends Described {
  readonly orchestrator: Orchestrator;
  /** Name of the cluster's Pulumi stack. */
  readonly cluster: string;
}

const { orchestrator, cluster, ...application } = JSON.parse(
  process.env.SLIPWAY_TEST_APPLICATION ?? "",
) as Wanted;
const { name } = application;
const owner = `slipway/${name}`;
const nobody = "127.0.0.1:1";
const credentials = { caCertificate: "none", clientCertificate: "none", clientKey: "none" };

if (orchestrator === "swarm") {
  const docker = { endpoints: [`tcp://${nobody}`], ...credentials };
  const provider = new Provider(name, { owner, docker, registries: {} });
  swarmApplication(application, { providers: [provider] });
} else {
  const kubeconfig = JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "none", cluster: { server: `https://${nobody}` } }],
    users: [{ name: "none", user: { token: "none" } }],
    contexts: [{ name: "none", context: { cluster: "none", user: "none" } }],
    "current-context": "none",
  });
  const kubernetes = { endpoint: `https://${nobody}`, ...credentials };
  kubernetesApplication(application, {
    providers: [
      new KubernetesProvider(name, { kubeconfig, clusterId: "none" }),
      new Provider(name, { owner, kubernetes }),
    ],
  });
}

export = { cluster, capacity };
