import type { KubernetesClusterInputs } from "../../sdk/kubernetesShapes";
import type { Context } from "../../server/handler";
import { until } from "../../cluster/poll";
import type { Connection } from "../../transport/types";
import { Kubectl } from "../api/kubectl";
import { writeAuditPolicy, writeKubeletPatch, writeSnapshots } from "../controlPlaneFiles";
import { awaitAddress, holdAddress, isVirtual } from "../endpoint/sync";
import { endpointOf } from "../kubeadm/clusterConfiguration";
import { initConfig } from "../kubeadm/configs";
import { encryptionScript } from "../kubeadm/encryption";
import { ignoredOnResume } from "../kubeadm/ignored";
import { resetHost } from "../kubeadm/reset";
import { finishedScript, runKubeadm } from "../kubeadm/run";
import { localState, type LocalState } from "../localState";
import { nodeFacts } from "../nodeFacts";
import { recordFrom, writeRecord } from "../record";
import type { Birth } from "../placeOfBirth";
import { requireKubeadm } from "../tools";

/** How long the API server may take to answer after kubeadm has seen it healthy, seconds. */
const answerSeconds = 120;

/** Makes the cluster on its first control plane, or goes on where an earlier run was cut off. Answers its identity. */
export async function initialise(
  context: Context,
  inputs: KubernetesClusterInputs,
  { probe, how }: Extract<Birth, { kind: "initialise" }>,
): Promise<string> {
  const { connection, endpoint, local } = probe;
  if (connection === undefined || local === undefined)
    throw new Error(`${endpoint.machine}: ${probe.failure ?? "not reached"}`);
  await requireKubeadm(connection, inputs.version);
  if (how === "again") {
    context.log.status(`taking back what a run that was cut off has left on ${endpoint.machine}`);
    await resetHost(connection);
  }
  const facts = await nodeFacts(connection);
  await writeAuditPolicy(connection);
  await writeKubeletPatch(connection, inputs.kubelet, facts);
  if (inputs.encryptSecrets)
    await connection.must("making the key that secrets are encrypted with", encryptionScript);
  if (isVirtual(inputs.apiEndpoint)) {
    const { address } = inputs.apiEndpoint;
    context.log.status(`giving ${endpoint.machine} the address ${address}`);
    await holdAddress(context, connection, address, await context.inventory.managers());
    await awaitAddress(context, connection, address);
  }
  context.log.status(`initialising the cluster on ${endpoint.machine}`);
  await runKubeadm(connection, {
    step: "initialising the cluster",
    command: 'kubeadm init --config "$config" --skip-token-print',
    config: initConfig(inputs, {
      nodeName: local.nodeName,
      address: endpoint.address,
      facts,
      ignored: how === "resume" ? ignoredOnResume : [],
    }),
    mark: "init",
  });
  const { clusterId } = await answering(context, connection);
  await writeRecord(
    new Kubectl(connection),
    recordFrom(inputs, endpointOf(inputs, endpoint.address)),
  );
  await writeSnapshots(connection, inputs.snapshots);
  await connection.must("finishing the initialisation", finishedScript);
  return clusterId;
}

async function answering(
  context: Context,
  connection: Connection,
): Promise<LocalState & { readonly clusterId: string }> {
  let last: string | undefined;
  return until(
    async () => {
      const local = await localState(connection);
      last = local.error;
      return local.clusterId === undefined ? undefined : { ...local, clusterId: local.clusterId };
    },
    {
      seconds: answerSeconds,
      every: 1000,
      signal: context.signal,
      late: () =>
        `${connection.machine}: the cluster was initialised, but its API server does not answer after ${answerSeconds} s${last === undefined ? "" : `: ${last}`}`,
    },
  );
}
