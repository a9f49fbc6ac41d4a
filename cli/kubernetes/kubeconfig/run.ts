import { isDue } from "../../../provider/swarm/tls/renewal";
import { projectName } from "../../access";
import { badUsage, failed } from "../../exit";
import { PulumiStack } from "../../pulumi/stack";
import type { Terminal } from "../../terminal";
import { isSwarm } from "../cluster";
import { credentialOf, entryFrom, type Credential, type KubeconfigEntry } from "./entry";
import { defaultKubeconfig, writeKubeconfig } from "./file";
import { mergeKubeconfig } from "./merge";

export interface KubeconfigOptions {
  readonly stack: string;
  /** A file, or `-` for standard output; absent for the one that kubectl reads first. */
  readonly output?: string;
  /** Name of cluster, user and context in the file. */
  readonly context?: string;
  /** The credential of those who deploy applications. */
  readonly deployer: boolean;
}

/** `slipway kubeconfig`: gives a cluster's credential to kubectl. */
export async function runKubeconfig(options: KubeconfigOptions, terminal: Terminal): Promise<void> {
  const stack = await PulumiStack.open(options.stack);
  const output = options.deployer ? "deployerKubeconfig" : "kubeconfig";
  const name = options.context ?? `${stack.shortName}${options.deployer ? "-deployer" : ""}`;
  const owner = `${projectName(stack.folder)}/${stack.shortName}`;
  const entry = entryFrom(await secretOutput(stack, output), { name, owner });
  const credential = credentialOf(entry);
  refuseExpired(credential, stack.name);
  if (options.output === "-") print(entry, credential, terminal);
  else await write(options.output ?? defaultKubeconfig(), entry, credential, terminal);
  const warning = soonOver(credential, stack.name);
  if (warning !== undefined) process.stderr.write(`${warning}\n`);
}

async function secretOutput(stack: PulumiStack, output: string): Promise<string> {
  const outputs = await stack.outputs();
  const { orchestrator, [output]: found } = outputs;
  if (orchestrator === "swarm") throw isSwarm(stack.name);
  if (orchestrator !== "kubernetes")
    throw badUsage(
      Object.keys(outputs).length === 0
        ? `${stack.name} has no outputs yet: run \`pulumi up --stack ${stack.name}\` first`
        : `${stack.name} is no cluster: a cluster's Pulumi stack is one whose configuration has slipway:spec`,
    );
  if (found === undefined)
    throw failed(`${stack.name} has no output ${output}: run \`pulumi up --stack ${stack.name}\``);
  const plain = (await stack.outputs(true))[output];
  if (typeof plain === "string" && plain !== "") return plain;
  throw failed(`the output ${output} of ${stack.name} is empty: run \`pulumi up\``);
}

function print(entry: KubeconfigEntry, credential: Credential, terminal: Terminal): void {
  const { text } = mergeKubeconfig(undefined, entry);
  if (terminal.options.json) {
    terminal.result({ ...told(entry, credential), kubeconfig: text });
    return;
  }
  if (process.stdout.isTTY)
    process.stderr.write(
      `# The kubeconfig of ${entry.owner}, with the secret key of ${credential.holder}: who reads it can act as that.\n`,
    );
  process.stdout.write(text);
}

async function write(
  file: string,
  entry: KubeconfigEntry,
  credential: Credential,
  terminal: Terminal,
): Promise<void> {
  const { current } = await writeKubeconfig(file, entry);
  const { name } = entry;
  const isDefault = file === defaultKubeconfig();
  const kubectl = `kubectl${isDefault ? "" : ` --kubeconfig ${file}`}`;
  terminal.say(`${file}: context ${name}, ${entry.cluster.server}`);
  terminal.say(
    current === name
      ? `It is the current context: \`${kubectl} get nodes\``
      : `The current context is still ${current}: \`${kubectl} --context ${name} get nodes\`, or \`${kubectl} config use-context ${name}\``,
  );
  terminal.say(`The credential of ${credential.holder} ends on ${day(credential.expires)}.`);
  terminal.result({ file, current, ...told(entry, credential) });
}

function told({ name, cluster }: KubeconfigEntry, { holder, expires }: Credential) {
  return { context: name, server: cluster.server, user: holder, expires: expires.toISOString() };
}

function refuseExpired({ holder, expires }: Credential, stack: string): void {
  if (expires.getTime() > Date.now()) return;
  throw failed(
    `the credential of ${holder} ended on ${day(expires)}: \`pulumi up --stack ${stack}\` makes a new one, then run this command again`,
  );
}

function soonOver({ holder, expires, days }: Credential, stack: string): string | undefined {
  const now = new Date();
  if (!isDue(expires.toISOString(), days, now)) return undefined;
  const left = Math.floor((expires.getTime() - now.getTime()) / 86_400_000);
  return (
    `warning: the credential of ${holder} ends in ${left} ${left === 1 ? "day" : "days"}: ` +
    `\`pulumi up --stack ${stack}\` makes a new one, then run this command again`
  );
}

function day(time: Date): string {
  return time.toISOString().slice(0, 10);
}
