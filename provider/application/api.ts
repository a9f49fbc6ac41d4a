import type { Context } from "../server/handler";
import { callEngine, callEngineRaw, type EngineCall } from "../swarm/engineApi";
import { statusOf } from "../swarm/errors";
import type { RegistryCredential } from "../sdk/shapes";
import type { LiveFile, LiveNetwork, LiveService, LiveTask, ServiceSpec } from "./types";

/** Asks a manager of the application's cluster. What is asked must be repeatable. */
export function ask(context: Context, call: EngineCall): Promise<unknown> {
  return context.application.call((docker) => callEngine(docker, call), context.signal);
}

/** `undefined` when the managers say that there is none. */
async function unlessAbsent<T>(answer: Promise<unknown>): Promise<T | undefined> {
  try {
    return (await answer) as T;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

export function inspectService(context: Context, id: string): Promise<LiveService | undefined> {
  return unlessAbsent(ask(context, { method: "GET", path: `/services/${encodeURIComponent(id)}` }));
}

/** Removes a service; one that is gone already is as good. */
export async function removeService(context: Context, id: string): Promise<void> {
  await unlessAbsent(ask(context, { method: "DELETE", path: `/services/${id}` }));
}

/** What the nodes need to pull the image of a service; `undefined` where its registry asks for nothing. */
export function credentialFor(
  context: Context,
  { TaskTemplate }: ServiceSpec,
): RegistryCredential | undefined {
  return context.application.credentialFor(TaskTemplate?.ContainerSpec?.Image ?? "");
}

export async function listTasks(context: Context, service: string): Promise<readonly LiveTask[]> {
  const query = { filters: JSON.stringify({ service: [service] }) };
  const call = { method: "GET", path: "/tasks", query } as const;
  // The managers refuse to filter by a service that is gone.
  return (await unlessAbsent<readonly LiveTask[]>(ask(context, call))) ?? [];
}

export function inspectNetwork(context: Context, id: string): Promise<LiveNetwork | undefined> {
  return unlessAbsent(ask(context, { method: "GET", path: `/networks/${encodeURIComponent(id)}` }));
}

/** `configs` and `secrets` of the Engine API: the same shape, but for the data of a secret, which it never shows. */
export type FileKind = "configs" | "secrets";

export function inspectFile(
  context: Context,
  kind: FileKind,
  id: string,
): Promise<LiveFile | undefined> {
  return unlessAbsent(ask(context, { method: "GET", path: `/${kind}/${encodeURIComponent(id)}` }));
}

/** The host names of nodes, for people. */
export async function nodeNames(context: Context): Promise<ReadonlyMap<string, string>> {
  const nodes = (await ask(context, { method: "GET", path: "/nodes" })) as {
    readonly ID: string;
    readonly Description: { readonly Hostname: string };
  }[];
  return new Map(nodes.map(({ ID, Description }) => [ID, Description.Hostname]));
}

/** The last lines that a task has written, oldest first. */
export async function lastLines(
  context: Context,
  task: string,
  count: number,
): Promise<readonly string[]> {
  const query = { stdout: true, stderr: true, tail: count };
  const call = { method: "GET", path: `/tasks/${task}/logs`, query } as const;
  const bytes = await context.application.call(
    (docker) => callEngineRaw(docker, call),
    context.signal,
  );
  return demultiplexed(bytes).split("\n").filter(Boolean).slice(-count);
}

/** The engine sends both outputs in one stream, in frames: stream, 3 zeros, length, text. */
function demultiplexed(bytes: Buffer): string {
  if (bytes[0] === undefined || bytes[0] > 2) return bytes.toString("utf8");
  const parts: Buffer[] = [];
  for (let at = 0; at + 8 <= bytes.length;) {
    const length = bytes.readUInt32BE(at + 4);
    parts.push(bytes.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return Buffer.concat(parts).toString("utf8");
}
