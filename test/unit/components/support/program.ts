import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { nextGenerations } from "../../../../provider/machines/generation";
import type { MachineGeneration, NodePoolGenerationsInputs } from "../../../../provider/sdk/shapes";

/** A resource as the program registered it. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  /** URN of the parent. */
  readonly parentUrn: string;
  /** Pulumi refuses to delete it. */
  readonly isProtected: boolean;
  /** Pulumi forgets it, and deletes nothing. */
  readonly isRetained: boolean;
  readonly provider: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly ignoreChanges: readonly string[];
  readonly deleteBeforeReplace: boolean;
  readonly replaceOnChanges: readonly string[];
  /** Types that it may have had before, by its aliases. */
  readonly formerTypes: readonly string[];
  /** Inputs that are Pulumi secrets. */
  readonly secrets: readonly string[];
  /** URNs of what it depends on, by property or by option. */
  readonly dependencies: readonly string[];
  /** URN of the resource with which it goes, without being deleted itself; else empty. */
  readonly deletedWith: string;
  /** Outputs that are secret whatever the provider says. */
  readonly additionalSecretOutputs: readonly string[];
  /** Of the provider's plugin; empty where the program leaves it to the engine. */
  readonly version: string;
}

/** Answers a look-up, or throws what the vSphere provider would. */
export type LookUps = Readonly<Record<string, (inputs: Record<string, unknown>) => object>>;

export interface Run {
  readonly resources: readonly Registered[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Tokens of the look-ups, in order. */
  readonly calls: readonly string[];
}

interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getIgnorechangesList(): string[];
  getDeletebeforereplace(): boolean;
  getReplaceonchangesList(): string[];
  getAliasesList(): { getSpec(): { getType(): string } | undefined }[];
  getDependenciesList(): string[];
  getDeletedwith(): string;
  getAdditionalsecretoutputsList(): string[];
  getVersion(): string;
  getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
}

/** What a roll asks for is made, and `lab-workers-1` is stale. */
function generationsOf(inputs: NodePoolGenerationsInputs): Record<string, MachineGeneration> {
  const { roll } = inputs;
  const first = nextGenerations(undefined, { ...inputs, roll: undefined });
  const next = nextGenerations({ ...inputs, roll: undefined, generations: first }, inputs);
  return Object.fromEntries(
    Object.entries(roll === undefined ? first : next).map(([machine, generation]) => [
      machine,
      { ...generation, staleFields: machine === "workers-1" ? ["numCpus"] : [] },
    ]),
  );
}

/** Outputs that providers compute, by type. */
const computed: Readonly<
  Record<string, (name: string, inputs: Record<string, unknown>) => Record<string, unknown>>
> = {
  "slipway:index:NodePoolGenerations": (_, inputs) => ({
    generations: generationsOf(inputs as unknown as NodePoolGenerationsInputs),
  }),
  "vsphere:index/virtualMachine:VirtualMachine": (name) => ({ uuid: `uuid-of-${name}` }),
  "slipway:index:Host": (name) => ({
    address: `address-of-${name}`,
    hostKey: "SHA256:x",
    facts: {
      features: {
        ipvs: name !== "lab-workers-0",
        esp: true,
        vxlan: true,
        overlayfs: true,
        ipset: true,
      },
    },
  }),
  "slipway:index:SwarmCluster": () => ({ clusterId: "swarm-id", unlockKey: "unlock" }),
  "slipway:index:DockerApiAuthority": () => ({
    caCertificate: "ca",
    caKey: "ca-key",
    clientCertificate: "client",
    clientKey: "client-key",
  }),
  "slipway:index:RegistryIdentity": () => ({
    caCertificate: "registry-ca",
    caKey: "registry-ca-key",
    certificate: "registry-certificate",
    key: "registry-key",
    seed: "registry-seed",
  }),
  "slipway:index:LogStoreIdentity": () => ({
    caCertificate: "store-ca",
    caKey: "store-ca-key",
    certificate: "store-certificate",
    key: "store-key",
    seed: "store-seed",
  }),
  "slipway:index:LogStore": () => ({ applied: true }),
  "slipway:index:DockerApi": (name) => ({ endpoint: `tcp://address-of-${name}:2376` }),
  "slipway:index:KubernetesCluster": () => ({
    clusterId: "cluster-uid",
    endpoint: "https://10.0.0.9:6443",
    caCertificate: "ca",
  }),
  "slipway:index:KubernetesCredential": (name) => ({ kubeconfig: `kubeconfig of ${name}` }),
  "slipway:index:SwarmNetwork": (name) => ({ networkId: `id of ${name}` }),
  "slipway:index:SwarmConfig": (name) => ({ fileId: `id of ${name}` }),
  "slipway:index:SwarmSecret": (name) => ({ fileId: `id of ${name}` }),
};

/**
 * Runs a program against mocks that record what it registers. A look-up that is not among the given ones throws.
 *
 * @throws what the program throws.
 */
export async function runProgram(
  program: () => Promise<pulumi.Inputs>,
  lookUps: LookUps,
): Promise<Run> {
  const requests: Request[] = [];
  const made: { args: pulumi.runtime.MockResourceArgs }[] = [];
  const calls: string[] = [];
  await pulumi.runtime.setMocks(
    {
      call: ({ token, inputs }) => {
        calls.push(token);
        const answer = lookUps[token];
        if (answer === undefined) throw new Error(`unexpected call of ${token}`);
        return answer(inputs as Record<string, unknown>);
      },
      newResource: (args) => {
        made.push({ args });
        const inputs = args.inputs as Record<string, unknown>;
        const state = { ...inputs, ...computed[args.type]?.(args.name, inputs) };
        return { id: `${args.name}-id`, state };
      },
    },
    "slipway",
    "lab",
  );
  const original = Object.getOwnPropertyDescriptor(MockMonitor.prototype, "registerResource");
  const register = original?.value as (request: Request, callback: unknown) => Promise<void>;
  MockMonitor.prototype.registerResource = function (request: Request, callback: unknown) {
    requests.push(request);
    return register.call(this, request, callback);
  };
  try {
    // A rejection inside the stack would come back a second time, as one that nobody handles.
    let failure: { readonly error: unknown } | undefined;
    const outputs = (await pulumi.runtime.runInPulumiStack(async () => {
      try {
        return await program();
      } catch (error) {
        failure = { error };
        return {};
      }
    })) as Run["outputs"];
    await pulumi.runtime.disconnect();
    if (failure !== undefined) throw failure.error;
    return { resources: joined(requests, made), outputs, calls };
  } finally {
    MockMonitor.prototype.registerResource = register;
  }
}

function joined(
  requests: readonly Request[],
  made: readonly { args: pulumi.runtime.MockResourceArgs }[],
): readonly Registered[] {
  return made.flatMap(({ args }) => {
    const request = requests.find(
      (one) => one.getType() === args.type && one.getName() === args.name,
    );
    if (request === undefined || args.type === "pulumi:pulumi:Stack") return [];
    return [
      {
        type: args.type,
        name: args.name,
        parent: request.getParent().split("::").at(-1) ?? "",
        parentUrn: request.getParent(),
        isProtected: request.getProtect(),
        isRetained: request.getRetainondelete(),
        provider: args.provider ?? "",
        inputs: args.inputs as Record<string, unknown>,
        ignoreChanges: request.getIgnorechangesList(),
        deleteBeforeReplace: request.getDeletebeforereplace(),
        replaceOnChanges: request.getReplaceonchangesList(),
        formerTypes: request.getAliasesList().map((alias) => alias.getSpec()?.getType() ?? ""),
        secrets: secretsOf(request),
        dependencies: request.getDependenciesList(),
        deletedWith: request.getDeletedwith(),
        additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
        version: request.getVersion(),
      },
    ];
  });
}

/** Pulumi's mark of a secret on the wire. */
const secretMark = "4dabf18193072939515e22adb298388d";

function secretsOf(request: Request): readonly string[] {
  return Object.entries(request.getObject()?.toJavaScript() ?? {}).flatMap(([key, value]) =>
    typeof value === "object" && value !== null && secretMark in value ? [key] : [],
  );
}

/** `<type> <name>` of each resource, sorted. */
export function inventory(run: Run): readonly string[] {
  return run.resources.map(({ type, name }) => `${type} ${name}`).sort();
}

/** The one resource of that type and name. */
export function resource(run: Run, type: string, name: string): Registered {
  const [found, ...others] = run.resources.filter(
    (one) => one.name === name && one.type.split(":").at(-1) === type,
  );
  if (found === undefined || others.length > 0) {
    throw new Error(`${others.length + (found ? 1 : 0)} resources ${type} ${name}`);
  }
  return found;
}
