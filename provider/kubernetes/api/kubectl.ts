import { quote } from "../../transport/shell";
import type { Connection } from "../../transport/types";
import { adminConfig } from "../paths";
import { kubectlError } from "./errors";
import type { KubernetesObject } from "./objects";

/** How long one answer may take, seconds. */
const answerSeconds = 20;

export interface KubectlOptions {
  /** Sent to standard input: the way of bodies, so that no secret stands on a command line. */
  readonly input?: string;
  /** How long the command may take, seconds. Default 30. */
  readonly timeoutSeconds?: number;
  readonly signal?: AbortSignal;
}

/**
 * The API server of one control plane, asked by kubectl there over its local address: it works whatever the cluster's
 * endpoint does, and no credential leaves the host. Answers are read as JSON, never as tables.
 */
export class Kubectl {
  constructor(readonly connection: Connection) {}

  /** @throws KubectlError when it is refused or nobody answers. */
  async run(step: string, args: readonly string[], options: KubectlOptions = {}): Promise<string> {
    const { input, timeoutSeconds = 30, signal } = options;
    const result = await this.connection.run(kubectlCommand(args), {
      input,
      timeoutSeconds,
      signal,
    });
    if (result.code === 0) return result.stdout;
    throw kubectlError(`${this.connection.machine}: ${step}`, result);
  }

  /** The object, or `undefined` when the API server says that there is none. */
  async find<T extends KubernetesObject>(
    kind: string,
    name: string,
    namespace?: string,
  ): Promise<T | undefined> {
    const answer = await this.run(`asking for ${kind} ${name}`, [
      "get",
      kind,
      name,
      ...namespaced(namespace),
      "--ignore-not-found",
      "--output=json",
    ]);
    return answer.trim() === "" ? undefined : (JSON.parse(answer) as T);
  }

  /** All objects of a kind, of one namespace or of all. */
  async list<T>(kind: string, selection: readonly string[] = []): Promise<readonly T[]> {
    const answer = await this.run(`asking for ${kind}`, [
      "get",
      kind,
      ...selection,
      "--output=json",
    ]);
    return (JSON.parse(answer) as { items: readonly T[] }).items;
  }

  /** Makes the object. @throws KubectlError `AlreadyExists`. */
  async create(object: KubernetesObject): Promise<void> {
    await this.run(`creating ${nameOf(object)}`, ["create", "--validate=false", "--filename=-"], {
      input: JSON.stringify(object),
    });
  }

  /** Writes the object if it is still as it was read. @throws KubectlError `Conflict`. */
  async replace(object: KubernetesObject): Promise<void> {
    await this.run(`writing ${nameOf(object)}`, ["replace", "--validate=false", "--filename=-"], {
      input: JSON.stringify(object),
    });
  }

  /** Makes the object as it is here, whoever wrote its fields before. */
  async apply(object: KubernetesObject): Promise<void> {
    await this.run(
      `applying ${nameOf(object)}`,
      [
        "apply",
        "--server-side",
        "--force-conflicts",
        "--validate=false",
        "--field-manager=slipway",
        "--filename=-",
      ],
      { input: JSON.stringify(object) },
    );
  }

  /** Changes fields of an object: null removes one. */
  async patch(kind: string, name: string, patch: object): Promise<void> {
    await this.run(
      `changing ${kind} ${name}`,
      ["patch", kind, name, "--type=merge", "--patch-file=/dev/stdin"],
      { input: JSON.stringify(patch) },
    );
  }

  /** Deletes an object; one that is gone already is well. */
  async remove(kind: string, name: string, namespace?: string): Promise<void> {
    await this.run(`deleting ${kind} ${name}`, [
      "delete",
      kind,
      name,
      ...namespaced(namespace),
      "--ignore-not-found",
      "--wait=false",
    ]);
  }

  /** Runs a command in a pod of `kube-system`. */
  exec(
    step: string,
    pod: string,
    command: readonly string[],
    timeoutSeconds = 60,
  ): Promise<string> {
    return this.run(
      step,
      ["exec", "--namespace=kube-system", pod, "--request-timeout=0", "--", ...command],
      { timeoutSeconds },
    );
  }
}

/** The command line of a call to the local API server. Nothing in it is secret. */
export function kubectlCommand(args: readonly string[]): string {
  const words = args.map((word) => (/^[\w./:=,-]+$/.test(word) ? word : quote(word)));
  return `kubectl --kubeconfig=${adminConfig} --server=https://127.0.0.1:6443 --request-timeout=${answerSeconds}s ${words.join(" ")}`;
}

function namespaced(namespace: string | undefined): readonly string[] {
  return namespace === undefined ? [] : [`--namespace=${namespace}`];
}

function nameOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.name}`;
}
