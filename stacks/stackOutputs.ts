import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";

/** What the engine answers to the function behind StackReference. */
interface Answer {
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** How often a state that is just being written is read again. */
const attempts = 20;
/** Between two of them, milliseconds. */
const pace = 100;

/**
 * Outputs of a Pulumi stack as its last successful update has left them, secrets in plain text. Asked by the function behind
 * StackReference: the resource itself keeps a copy of them in the state that asks, and gives up where a backend in a
 * folder is just writing the state that is asked for.
 *
 * @param name `<organization>/<project>/<stack>`.
 * @returns those that can be decrypted here: the engine leaves others out without a word. `undefined` where there is no
 * such Pulumi stack.
 */
export async function stackOutputs(
  name: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer: unknown = await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", {
        name,
      });
      return (answer as Answer).outputs;
    } catch (error) {
      const text = String(error);
      if (text.includes("unknown stack")) return undefined;
      if (attempt === attempts || !isBeingWritten(text)) throw error;
    }
    await sleep(pace);
  }
}

/** `<organization>/<project>/<stack>` of a Pulumi stack that may be named as it is called in this project. */
export function fullName(stack: string): string {
  return stack.includes("/")
    ? stack
    : `${pulumi.getOrganization()}/${pulumi.getProject()}/${stack}`;
}

/** What the engine says of a file that was not whole when it read it. */
function isBeingWritten(text: string): boolean {
  return /failed to load checkpoint: .*(EOF|unexpected end of JSON input)/.test(text);
}
