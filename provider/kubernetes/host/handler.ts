import { compareInputs } from "../../server/difference";
import { messageOf, prefixed } from "../../server/failure";
import type { ClusterLock, Context, Problem, ResourceHandler } from "../../server/handler";
import { isUnknown, known, unknown } from "../../server/unknown";
import type {
  ContainerdSettings,
  KubernetesHostInputs,
  KubernetesHostOutputs,
} from "../../sdk/kubernetesShapes";
import type { Connection } from "../../transport/types";
import {
  enableScript,
  kernelScript,
  restartContainerd,
  settingsDiffer,
  writeLiveFiles,
} from "./apply";
import { containerdConfig } from "./containerd";
import { installPackages } from "./packages";
import { planHost, type HostPlan } from "./plan";
import { probeHost, type HostState } from "./probe";

type Inputs = KubernetesHostInputs;
type Outputs = KubernetesHostOutputs;

const inputKeys = ["machine", "vmUuid", "version", "source", "repository", "containerd"] as const;
/** How long `read` waits for a machine that may be off or gone, seconds. */
const readPatience = { resolve: 5, connect: 10 } as const;

/** What a host needs to be a node. `lock` serialises what disturbs nodes over all machines of the cluster. */
export function createKubernetesHost(lock: ClusterLock): ResourceHandler<Inputs, Outputs> {
  const converge = async (context: Context, given: Inputs): Promise<Outputs> => {
    const inputs = normal(given);
    const connection = await context.connect(inputs);
    const { packages } = planOf(inputs, await probeHost(connection));
    context.signal.throwIfAborted();
    await connection.must("setting up kernel modules and settings", kernelScript);
    if (packages !== undefined) {
      context.log.status(`installing Kubernetes ${inputs.version}`);
      const { version, repository = "" } = inputs;
      await installPackages(connection, { version, repository, ...packages });
    }
    context.signal.throwIfAborted();
    await writeLiveFiles(connection, inputs.containerd);
    await connection.must("enabling containerd and the kubelet", enableScript, {
      timeoutSeconds: 120,
    });
    const state = await probeHost(connection);
    if (await settingsDiffer(connection, inputs.containerd, state.facts)) {
      const text = containerdConfig(inputs.containerd, state.facts);
      const restart = (held: Connection) => restartContainerd(context, held, text);
      if (state.isMember)
        await lock.disrupt(context, inputs, `restarting containerd of ${inputs.machine}`, restart);
      else await restart(connection);
    }
    return outputsOf(inputs, state);
  };

  return {
    token: "slipway:index:KubernetesHost",
    secretOutputs: [],
    optionalInputs: ["vmUuid", "repository"],

    check(inputs) {
      const problems: Problem[] = [];
      const report = (property: string, reason: string) => {
        problems.push({ property, reason });
      };
      if (!isUnknown(inputs.version) && !/^\d+\.\d+\.\d+$/.test(inputs.version))
        report("version", `must be three numbers like 1.34.1; got ${inputs.version}`);
      if (inputs.source === "repository" && inputs.repository === undefined)
        report(
          "repository",
          "is missing: the base address of Kubernetes' package repository, or of its mirror",
        );
      return problems;
    },

    diff(olds, news) {
      return compareInputs(olds, news, inputKeys, ["machine", "vmUuid"]);
    },

    preview(_context, inputs, olds) {
      const version = known<string>(inputs.version);
      const stays = olds !== undefined && version === olds.installedVersion;
      return Promise.resolve({
        installedVersion: stays ? olds.installedVersion : unknown,
        containerdVersion: olds?.containerdVersion ?? unknown,
      });
    },

    async create(context, inputs) {
      const { machine, vmUuid } = inputs;
      const id = vmUuid === undefined ? machine : `${machine}/${vmUuid}`;
      return { id, outputs: await converge(context, inputs) };
    },

    async read(context, _id, olds) {
      const inputs = inputsOf(olds);
      const { installedVersion, containerdVersion } = olds;
      const recorded = { inputs, outputs: { installedVersion, containerdVersion } };
      try {
        if ((await context.inventory.existence(inputs)) === "absent") return undefined;
        const endpoint = await context.inventory.resolve(inputs, readPatience.resolve);
        const connection = await context.connectTo(endpoint, readPatience.connect);
        const state = await probeHost(connection);
        if (state.kubeadm === undefined || state.containerd === undefined) return undefined;
        const { containerd } = normal(inputs);
        const differs = await settingsDiffer(connection, containerd, state.facts);
        return {
          inputs: differs
            ? { ...inputs, containerd: { ...inputs.containerd, sandboxImage: changedByHand } }
            : inputs,
          outputs: outputsOf(inputs, state),
        };
      } catch (error) {
        context.signal.throwIfAborted();
        context.warn(
          `the container runtime of ${inputs.machine} is not refreshed, the recorded state is kept: ${messageOf(error)}`,
        );
        return recorded;
      }
    },

    update(context, _id, _olds, news) {
      return converge(context, news);
    },

    delete() {
      // All of it goes with its VM. On a host that stays, it is the owner's.
      return Promise.resolve();
    },
  };
}

/** Stands for settings of containerd that somebody else has changed: the next update puts them back. */
const changedByHand = "(settings of containerd were changed on the host)";

function planOf(inputs: Inputs, state: HostState): HostPlan {
  try {
    return planHost(state, inputs);
  } catch (error) {
    throw new Error(prefixed(inputs.machine, messageOf(error)), { cause: error });
  }
}

function outputsOf({ machine }: Inputs, { kubeadm, containerd }: HostState): Outputs {
  if (kubeadm === undefined || containerd === undefined)
    throw new Error(
      `${machine}: ${kubeadm === undefined ? "kubeadm" : "containerd"} is not installed after its installation`,
    );
  return { installedVersion: kubeadm, containerdVersion: containerd };
}

/** Nulls inside of structures do not survive the way through the engine's state everywhere. */
function normal(inputs: Inputs): Inputs {
  const { podNetwork = null } = inputs.containerd as Partial<ContainerdSettings>;
  return { ...inputs, containerd: { ...inputs.containerd, podNetwork } };
}

function inputsOf({ machine, vmUuid, version, source, repository, containerd }: Inputs): Inputs {
  return { machine, vmUuid, version, source, repository, containerd };
}
