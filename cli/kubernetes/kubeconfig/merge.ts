import { isDeepStrictEqual } from "node:util";
import { Document, isMap, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from "yaml";
import { badUsage, refused } from "../../exit";
import type { KubeconfigEntry } from "./entry";

/** Under `extensions`, where programs other than kubectl may keep something of their own. */
const extensionName = "slipway";

const lists = ["clusters", "users", "contexts"] as const;
const fields = { clusters: "cluster", users: "user", contexts: "context" } as const;
type List = (typeof lists)[number];
type Content = Readonly<Record<string, unknown>>;

export interface Merged {
  readonly text: string;
  /** Context that kubectl uses when none is named. */
  readonly current: string;
}

/**
 * Puts a cluster into a kubeconfig, in the place of what an earlier call has put there. Everything else stays: other
 * clusters, comments, and what people have added to the entry itself, such as a context's namespace.
 *
 * @param existing content of the file; `undefined` where there is none
 * @throws CliError where the file is no kubeconfig, or has entries of that name which are somebody else's
 */
export function mergeKubeconfig(existing: string | undefined, entry: KubeconfigEntry): Merged {
  const document = readKubeconfig(existing);
  const { name, owner, cluster, user } = entry;
  const contents: Readonly<Record<List, Content>> = {
    clusters: cluster,
    users: user,
    contexts: { cluster: name, user: name },
  };
  const foreign = lists.filter((list) => isForeign(document, list, entry, contents[list]));
  if (foreign.length > 0)
    throw refused(
      `${foreign.map((list) => `${fields[list]} ${name}`).join(", ")} ${foreign.length === 1 ? "is" : "are"} in the kubeconfig already, and of somebody else: name yours by --context`,
    );
  for (const list of lists) put(document, list, name, contents[list], owner);
  const current = document.get("current-context");
  if (typeof current === "string" && current !== "") return { text: String(document), current };
  document.set("current-context", name);
  return { text: String(document), current: name };
}

function readKubeconfig(existing: string | undefined): Document {
  const isEmpty = existing === undefined || existing.trim() === "";
  const document = isEmpty ? new Document({}) : parseDocument(existing);
  const [error] = document.errors;
  if (error !== undefined) throw badUsage(`it is no kubeconfig: ${error.message}`);
  document.contents ??= document.createNode({});
  const kind = isMap(document.contents) ? (document.get("kind") ?? "Config") : undefined;
  if (kind !== "Config") throw badUsage("it is no kubeconfig: its kind is not Config");
  if (!document.has("apiVersion")) document.set("apiVersion", "v1");
  if (!document.has("kind")) document.set("kind", "Config");
  return document;
}

/** The list in the file; made where there is none, or a null. */
function listIn(document: Document, list: List): YAMLSeq {
  const found = document.get(list);
  if (isSeq(found)) return found;
  if (found !== undefined && found !== null)
    throw badUsage(`it is no kubeconfig: ${list} is no list`);
  const made = document.createNode([]);
  document.set(list, made);
  return made;
}

function findEntry(document: Document, list: List, name: string): YAMLMap | undefined {
  return listIn(document, list).items.find(
    (item): item is YAMLMap => isMap(item) && item.get("name") === name,
  );
}

function isForeign(
  document: Document,
  list: List,
  { name, owner }: KubeconfigEntry,
  content: Content,
): boolean {
  const found = findEntry(document, list, name)?.get(fields[list]);
  if (!isMap(found)) return false;
  const { extensions = [], ...there } = found.toJS(document) as {
    extensions?: readonly { name?: unknown; extension?: { stack?: unknown } }[];
  };
  const mark = extensions.find((one) => one.name === extensionName);
  return mark?.extension?.stack !== owner && !isDeepStrictEqual(there, content);
}

function put(document: Document, list: List, name: string, content: Content, owner: string): void {
  const entry = findEntry(document, list, name);
  const before = entry?.get(fields[list]);
  const target = isMap(before) ? before : (document.createNode({}) as YAMLMap);
  for (const [key, value] of Object.entries(content)) target.set(key, value);
  const extensions = target.get("extensions");
  const others = isSeq(extensions)
    ? extensions.items.filter((one) => !isMap(one) || one.get("name") !== extensionName)
    : [];
  const mark = { name: extensionName, extension: { stack: owner } };
  target.set("extensions", document.createNode([...others, mark]));
  if (entry === undefined)
    listIn(document, list).add(document.createNode({ name, [fields[list]]: target }));
  else entry.set(fields[list], target);
}
