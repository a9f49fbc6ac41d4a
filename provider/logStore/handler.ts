import { isDeepStrictEqual } from "node:util";
import type { LogStoreInputs, LogStoreOutputs } from "../sdk/shapes";
import { compareInputs } from "../server/difference";
import { messageOf } from "../server/failure";
import type { Context, ResourceHandler } from "../server/handler";
import { until } from "../cluster/poll";
import { isNoAnswerYet, storeAt, StoreUnreachable, type AskStore } from "./ask";
import { applyDocuments, findDocument, stands } from "./documents";

type Inputs = LogStoreInputs;
type Outputs = LogStoreOutputs;

const inputKeys = [
  "cluster",
  "place",
  "username",
  "password",
  "documents",
  "mayComeLater",
] as const;

/** How long a store that has just been started may take until it answers, seconds. */
const patienceSeconds = 180;
/** The same where it may come when the cluster stands. */
const laterSeconds = 5;
const pace = 2000;

/**
 * What a store of logs is told beside its lines: how they are indexed, and how long they are kept. Put there again where
 * somebody has changed it, at the next `pulumi refresh` and `up`; the lines are never touched.
 */
export const logStore: ResourceHandler<Inputs, Outputs> = {
  token: "slipway:index:LogStore",
  secretOutputs: [],
  optionalInputs: ["mayComeLater"],

  check: () => [],

  diff(olds, news) {
    const compared = compareInputs(olds, news, inputKeys, ["cluster"]);
    return olds.applied
      ? compared
      : { ...compared, changes: true, changedKeys: [...(compared.changedKeys ?? []), "documents"] };
  },

  preview: () => Promise.resolve({ applied: true }),

  async create(context, inputs) {
    return { id: inputs.cluster, outputs: await converge(context, inputs) };
  },

  async read(context, _id, olds) {
    const inputs = inputsOf(olds);
    try {
      const ask = waysTo(context, inputs);
      const documents = await Promise.all(
        inputs.documents.map(async (document) => {
          const found = await findDocument(ask, document);
          return stands(document.body, found) ? document : { ...document, body: { found } };
        }),
      );
      const same = isDeepStrictEqual(documents, inputs.documents);
      return {
        inputs: { ...inputs, documents: same ? inputs.documents : documents },
        outputs: { applied: olds.applied },
      };
    } catch (error) {
      context.signal.throwIfAborted();
      context.warn(
        `what the store of logs is told is not refreshed, the recorded state is kept: ${messageOf(error)}`,
      );
      return { inputs, outputs: { applied: olds.applied } };
    }
  },

  update(context, _id, _olds, news) {
    return converge(context, news);
  },

  // The lines stay where they are, and so does how long: the store goes with its service, and one of the site's keeps its policy.
  delete: () => Promise.resolve(),
};

function waysTo(context: Context, { place, username, password }: Inputs): AskStore {
  context.conceal(password);
  return storeAt(context, place, { username, password });
}

async function converge(context: Context, inputs: Inputs): Promise<Outputs> {
  const ask = waysTo(context, inputs);
  const isLater = inputs.mayComeLater === true;
  let last = "";
  const attempt = async () => {
    try {
      await applyDocuments(ask, inputs.documents);
      return true;
    } catch (error) {
      if (!(error instanceof StoreUnreachable) && !isNoAnswerYet(error)) throw error;
      last = messageOf(error);
      context.log.status("waiting for the store of logs");
      return undefined;
    }
  };
  try {
    await until(attempt, {
      seconds: isLater ? laterSeconds : patienceSeconds,
      signal: context.signal,
      every: pace,
      late: () => last,
    });
    return { applied: true };
  } catch (error) {
    context.signal.throwIfAborted();
    if (!isLater || last === "" || messageOf(error) !== last) throw error;
    context.warn(
      `the store of logs is not there yet, and nothing is collected before it is: run \`pulumi up\` again when the pod network stands (${last})`,
    );
    return { applied: false };
  }
}

function inputsOf(olds: Inputs): Inputs {
  const { cluster, place, username, password, documents, mayComeLater } = olds;
  return { cluster, place, username, password, documents, mayComeLater };
}
