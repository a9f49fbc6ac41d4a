import type { DormantMachine, Endpoint } from "../../../../provider/inventory/types";
import type { Context } from "../../../../provider/server/handler";
import type { FakeCluster } from "./cluster";

/** What an operation has to work with, on the machines of a fake cluster, and what it has told the user. */
export interface TestContext {
  readonly context: Context;
  readonly warnings: string[];
  readonly concealed: string[];
}

export function contextOf(
  cluster: FakeCluster,
  dormant: readonly DormantMachine[] = [],
): TestContext {
  const warnings: string[] = [];
  const concealed: string[] = [];
  const endpoints = (): Endpoint[] =>
    cluster.machines.map(({ machine, role, address, vmUuid }) => ({
      machine,
      role,
      address,
      vmUuid,
    }));
  const find = (ref: { machine: string; vmUuid?: string }) =>
    cluster.machines.find(
      ({ machine, vmUuid }) =>
        machine === ref.machine && (ref.vmUuid === undefined || vmUuid === ref.vmUuid),
    );
  const connect = async (ref: { machine: string; vmUuid?: string }) => {
    const found = find(ref);
    if (found === undefined) throw new Error(`${ref.machine}: does not exist`);
    if (found.silent) throw new Error(`${ref.machine} (${found.address}): no answer from SSH`);
    return Promise.resolve(found.host);
  };
  const context: Context = {
    urn: "urn:pulumi:lab::slipway::slipway:index:KubernetesNode::node",
    get application(): never {
      throw new Error("a cluster has no application");
    },
    get kubernetes(): never {
      throw new Error("a cluster is asked on its hosts");
    },
    config: { cluster: "slipway/lab", user: "ops", port: 22, privateKey: "" },
    inventory: {
      resolve: (ref) => {
        const found = find(ref);
        return found === undefined
          ? Promise.reject(new Error(`${ref.machine}: does not exist`))
          : Promise.resolve(found);
      },
      managers: () => Promise.resolve(endpoints().filter(({ role }) => role !== "worker")),
      machines: () => Promise.resolve(endpoints()),
      dormant: () => Promise.resolve(dormant),
      existence: (ref) => Promise.resolve(find(ref) === undefined ? "absent" : "present"),
    },
    signal: new AbortController().signal,
    log: {
      debug: () => undefined,
      info: () => undefined,
      warn: (text) => warnings.push(text),
      status: () => undefined,
    },
    warn: (text) => warnings.push(text),
    conceal: (secret) => concealed.push(secret),
    connect,
    connectTo: connect,
    critical: (work) => work(),
  };
  return { context, warnings, concealed };
}
