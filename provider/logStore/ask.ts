import { rootCertificates } from "node:tls";
import { ControlPlanes } from "../kubernetes/controlPlanes";
import { kubectlCommand } from "../kubernetes/api/kubectl";
import type { StorePlace } from "../sdk/shapes";
import { ask } from "../sdk/http";
import type { Context } from "../server/handler";
import { messageOf } from "../server/failure";
import { inServiceContainer } from "../swarm/serviceContainer";
import { lastLines } from "../transport/failure";
import type { CommandResult, RunOptions } from "../transport/types";
import { StoreRefusal } from "./documents";
import { answerIn, answerSeconds, curlConfig, type StoreAnswer, type StoreRequest } from "./curl";

/** Asks a store. @throws StoreUnreachable */
export type AskStore = (request: StoreRequest) => Promise<StoreAnswer>;

/** Nobody answers, or not yet. */
export class StoreUnreachable extends Error {
  constructor(message: string) {
    super(message);
    this.name = "StoreUnreachable";
  }
}

export interface StoreCredential {
  readonly username: string;
  /** Secret. */
  readonly password: string;
}

const runOptions = { timeoutSeconds: answerSeconds + 30 } as const;

/** Whether a store that is just starting may have said this: it answers before it knows its users. */
export function isNoAnswerYet(error: unknown): boolean {
  return error instanceof StoreRefusal && [429, 502, 503, 504].includes(error.status);
}

/** It is told by standard input what to ask. */
const curl = ["curl", "--disable", "--config", "-"] as const;

/** The way to a store: of one that Slipway runs through its own container, so that nobody has to reach its network. */
export function storeAt(
  context: Context,
  place: StorePlace,
  credential: StoreCredential,
): AskStore {
  switch (place.kind) {
    case "swarm": {
      const { machine, service } = place;
      return throughCurl(place, credential, async (options) => {
        const connection = await context.connect({ machine });
        return connection.run(inServiceContainer(service, curl, { input: true }), options);
      });
    }
    case "kubernetes": {
      const { clusterId, namespace, workload } = place;
      const cluster = new ControlPlanes(context, { clusterId });
      const command = kubectlCommand([
        ...["exec", `--namespace=${namespace}`, workload, "--stdin", "--quiet"],
        ...["--request-timeout=0", "--", ...curl],
      ]);
      return throughCurl(place, credential, (options) =>
        cluster.call(({ connection }) => connection.run(command, options)),
      );
    }
    case "url":
      return overHttps(place, credential, context.signal);
    default: {
      const never: never = place;
      return never;
    }
  }
}

function throughCurl(
  entrance: { readonly url: string; readonly caFile: string },
  credential: StoreCredential,
  run: (options: RunOptions) => Promise<CommandResult>,
): AskStore {
  return async (request) => {
    const input = curlConfig({ ...entrance, ...credential }, request);
    const { code, stdout, stderr } = await run({ input, ...runOptions });
    if (code !== 0)
      throw new StoreUnreachable(`the store does not answer: ${lastLines(stdout, stderr, 3)}`);
    return answerIn(stdout);
  };
}

/** A store of the site, as nodes reach it. */
export function overHttps(
  { url, caCertificates }: { readonly url: string; readonly caCertificates: readonly string[] },
  { username, password }: StoreCredential,
  signal?: AbortSignal,
): AskStore {
  const base = url.replace(/\/+$/, "");
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  return async ({ method, path, body }) => {
    try {
      const { status, bytes } = await ask(`${base}${path}`, {
        method,
        timeoutMs: answerSeconds * 1000,
        largestBytes: 64 * 1024 * 1024,
        signal,
        headers: {
          authorization,
          ...(body !== undefined && { "content-type": "application/json" }),
        },
        body,
        ...(caCertificates.length > 0 && { ca: [...rootCertificates, ...caCertificates] }),
      });
      return { status, text: bytes.toString("utf8") };
    } catch (error) {
      signal?.throwIfAborted();
      throw new StoreUnreachable(`${base} does not answer: ${messageOf(error)}`);
    }
  };
}
