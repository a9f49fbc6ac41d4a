import type { SwarmFileInputs, SwarmFileOutputs } from "../sdk/shapes";
import { compareInputs } from "../server/difference";
import { messageOf } from "../server/failure";
import type { Context, ResourceHandler } from "../server/handler";
import { unknown } from "../server/unknown";
import { statusOf } from "../swarm/errors";
import { ask, inspectFile, type FileKind } from "./api";
import { objectionToAdopting, ownerLabel } from "../sdk/ownership";
import type { LiveFile } from "./types";

/** Label of what should be gone and was in use when it should: removed by a later deployment. */
const leftLabel = "slipway.left";

const inputKeys = ["name", "labels", "data", "templateDriver"] as const;
const immutableKeys = inputKeys.filter((key) => key !== "labels");

/** Configs and secrets of a Swarm, which are alike. But for their labels they can't be changed: what differs is a new one. */
function swarmFile(
  token: string,
  kind: FileKind,
): ResourceHandler<SwarmFileInputs, SwarmFileOutputs> {
  const one = kind.slice(0, -1);
  return {
    token,
    secretOutputs: [],
    optionalInputs: ["templateDriver"],

    check: () => [],

    diff: (olds, news) => compareInputs(olds, news, inputKeys, immutableKeys),

    preview: (_context, _inputs, olds) => Promise.resolve({ fileId: olds?.fileId ?? unknown }),

    async create(context, { name, labels, data, templateDriver }) {
      const { owner } = context.application;
      const body = {
        Name: name,
        Labels: { ...labels, [ownerLabel]: owner },
        Data: data,
        ...(templateDriver !== undefined && { Templating: { Name: templateDriver } }),
      };
      try {
        const answer = await ask(context, { method: "POST", path: `/${kind}/create`, body });
        const fileId = (answer as { ID: string }).ID;
        return { id: fileId, outputs: { fileId } };
      } catch (error) {
        if (statusOf(error) !== 409) throw error;
      }
      // The name tells the content: what is there under it, by an earlier release or a killed run, is the same.
      const found = await inspectFile(context, kind, name);
      if (found === undefined) throw new Error(`the ${one} ${name} came and went; deploy again`);
      const objection = objectionToAdopting(found.Spec.Labels ?? {}, labels, owner);
      if (objection !== undefined) throw new Error(`the ${one} ${name} ${objection}`);
      await relabel(context, kind, found, body.Labels);
      return { id: found.ID, outputs: { fileId: found.ID } };
    },

    async read(context, id, olds) {
      const found = await inspectFile(context, kind, id);
      if (found === undefined) return undefined;
      const { name, labels, data, templateDriver } = olds;
      return { inputs: { name, labels, data, templateDriver }, outputs: { fileId: id } };
    },

    async update(context, id, _olds, { name, labels }) {
      const found = await inspectFile(context, kind, id);
      if (found === undefined) {
        throw new Error(
          `the ${one} ${name} is not on the Swarm any more: run \`pulumi refresh\`, then deploy again`,
        );
      }
      await relabel(context, kind, found, { ...labels, [ownerLabel]: context.application.owner });
      return { fileId: id };
    },

    async delete(context, id, olds) {
      await removeLeft(context, kind);
      const removed = await remove(context, kind, id);
      if (removed) return;
      const found = await inspectFile(context, kind, id);
      if (found === undefined) return;
      context.warn(
        `the ${one} ${olds.name} is in use still and stays; a later deployment removes it when nothing uses it`,
      );
      await relabel(context, kind, found, { ...found.Spec.Labels, [leftLabel]: "true" });
    },
  };
}

export const swarmConfig = swarmFile("slipway:index:SwarmConfig", "configs");
export const swarmSecret = swarmFile("slipway:index:SwarmSecret", "secrets");

/** Whether it is gone; not, when something uses it. */
async function remove(context: Context, kind: FileKind, id: string): Promise<boolean> {
  try {
    await ask(context, { method: "DELETE", path: `/${kind}/${id}` });
    return true;
  } catch (error) {
    if (statusOf(error) === 404) return true;
    if (messageOf(error).includes("in use")) return false;
    throw error;
  }
}

async function relabel(
  context: Context,
  kind: FileKind,
  { ID, Version, Spec }: LiveFile,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  await ask(context, {
    method: "POST",
    path: `/${kind}/${ID}/update`,
    query: { version: Version.Index },
    body: { ...Spec, Labels: labels },
  });
}

/** Removes what earlier deployments had to leave and nothing uses any more. */
async function removeLeft(context: Context, kind: FileKind): Promise<void> {
  const { owner } = context.application;
  const filters = JSON.stringify({ label: [`${leftLabel}=true`, `${ownerLabel}=${owner}`] });
  const left = (await ask(context, {
    method: "GET",
    path: `/${kind}`,
    query: { filters },
  })) as LiveFile[];
  await Promise.all(left.map(({ ID }) => remove(context, kind, ID)));
}
