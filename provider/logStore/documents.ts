import type { StoreDocument } from "../sdk/shapes";
import type { AskStore } from "./ask";
import type { StoreAnswer, StoreRequest } from "./curl";

/** What the store has, under the keys of the documents; `undefined` where it says that there is none. */
export type Found = Readonly<Record<string, unknown>>;

/** What the store refused. */
export class StoreRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = "StoreRefusal";
  }
}

/** Of an answer in an error message. */
const longestReason = 400;

function refusal({ method, path }: StoreRequest, { status, text }: StoreAnswer): StoreRefusal {
  const said = text.trim().slice(0, longestReason);
  const cure =
    status === 401
      ? ": it does not know the user, or the password is another one"
      : status === 403
        ? ": the user lacks a right for it"
        : "";
  return new StoreRefusal(
    status,
    `the store answers HTTP ${status} to ${method} ${path}${cure}${said === "" ? "" : `\n${said}`}`,
  );
}

async function must(ask: AskStore, request: StoreRequest): Promise<unknown> {
  const answer = await ask(request);
  if (answer.status >= 300) throw refusal(request, answer);
  return answer.text === "" ? {} : (JSON.parse(answer.text) as unknown);
}

/** The document as the store has it; `undefined` where it confirms that there is none. */
export async function findDocument(
  ask: AskStore,
  { path, at }: Pick<StoreDocument, "path" | "at">,
): Promise<unknown> {
  const request = { method: "GET", path } as const;
  const answer = await ask(request);
  if (answer.status === 404) return undefined;
  if (answer.status >= 300) throw refusal(request, answer);
  return at.reduce<unknown>(
    (found, key) => (found as Readonly<Record<string, unknown>> | undefined)?.[key],
    JSON.parse(answer.text),
  );
}

/**
 * Whether what is wanted stands, with whatever the store adds. Numbers and truth values are compared as texts: stores give
 * settings back as such.
 */
export function stands(wanted: unknown, found: unknown): boolean {
  if (Array.isArray(wanted))
    return (
      Array.isArray(found) &&
      wanted.length === found.length &&
      wanted.every((each, index) => stands(each, found[index]))
    );
  if (typeof wanted === "object" && wanted !== null)
    return (
      typeof found === "object" &&
      found !== null &&
      Object.entries(wanted).every(([key, value]) =>
        stands(value, (found as Readonly<Record<string, unknown>>)[key]),
      )
    );
  return String(wanted) === String(found);
}

/** Makes the documents stand, in their order; those that do are left alone. @returns keys of what was changed */
export async function applyDocuments(
  ask: AskStore,
  documents: readonly StoreDocument[],
): Promise<readonly string[]> {
  const changed: string[] = [];
  for (const document of documents) {
    const found = await findDocument(ask, document);
    if (!stands(document.body, found)) {
      await put(ask, document, found);
      changed.push(document.key);
    }
    // Also after a run that was killed before it.
    for (const { path, body } of document.afterwards ?? [])
      await must(ask, { method: "POST", path, body: JSON.stringify(body) });
  }
  return changed;
}

async function put(ask: AskStore, document: StoreDocument, found: unknown): Promise<void> {
  await must(ask, {
    method: "PUT",
    path: `${document.path}${versionQuery(await versionOf(ask, document, found))}`,
    body: JSON.stringify(document.body),
  });
  const after = await findDocument(ask, document);
  if (!stands(document.body, after))
    throw new Error(
      `the store has taken ${document.key}, and shows another one:\n${JSON.stringify(after).slice(0, longestReason)}`,
    );
}

interface Version {
  readonly _seq_no?: number;
  readonly _primary_term?: number;
}

/** ISM overwrites a policy only for who knows which one is there. */
async function versionOf(
  ask: AskStore,
  { path, versioned }: StoreDocument,
  found: unknown,
): Promise<Version> {
  if (versioned !== true || found === undefined) return {};
  return (await findDocument(ask, { path, at: [] })) ?? {};
}

function versionQuery({ _seq_no: sequence, _primary_term: term }: Version): string {
  return sequence === undefined || term === undefined
    ? ""
    : `?if_seq_no=${sequence}&if_primary_term=${term}`;
}
