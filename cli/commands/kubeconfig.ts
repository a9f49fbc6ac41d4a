import type { Command } from "commander";
import type * as kubeconfigs from "../kubernetes/kubeconfig/run";
import type * as terminals from "../terminal";

const explanation = `
Puts the cluster into the file that kubectl reads ($KUBECONFIG's first one, or ~/.kube/config), as
cluster, user and context of one name: that of the Pulumi stack, unless --context names another.
What is there of other clusters stays, and so does the current context, if there is one. Only you can
read the file afterwards.

Without --deployer it is the credential of the cluster's administrators. It is a secret that can't be
taken back before its time; \`pulumi up\` makes new ones in the last third of their life.

Examples:
  slipway kubeconfig prod
  slipway kubeconfig prod --deployer --output ci.kubeconfig
  slipway kubeconfig prod --output - | ssh ci 'umask 077; cat > kubeconfig'`;

interface Flags {
  readonly output?: string;
  readonly context?: string;
  readonly deployer?: boolean;
}

/** `slipway kubeconfig <pulumi-stack>` */
export function addKubeconfig(program: Command): void {
  program
    .command("kubeconfig")
    .summary("give a Kubernetes cluster's credential to kubectl")
    .description("Give a Kubernetes cluster's credential to kubectl.")
    .argument("<pulumi-stack>", "Pulumi stack of the cluster")
    .option("-o, --output <file>", "another file, which may have other clusters; - prints it")
    .option("--context <name>", "name in the file (default: that of the Pulumi stack)")
    .option("--deployer", "the credential for deploying applications")
    .addHelpText("after", explanation)
    .action(async (stack: string, flags: Flags, command: Command) => {
      const { runKubeconfig } = module.require(
        "../kubernetes/kubeconfig/run",
      ) as typeof kubeconfigs;
      const { Terminal } = module.require("../terminal") as typeof terminals;
      await runKubeconfig(
        { stack, ...flags, deployer: flags.deployer === true },
        new Terminal({ json: command.optsWithGlobals<{ json?: boolean }>().json === true }),
      );
    });
}
