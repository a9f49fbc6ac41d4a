/**
 * What Slipway reads of a Pulumi stack's state (`pulumi stack export`), checked as it comes in: a state of
 * another shape must stop a command, not mislead it.
 */

/** A resource in the state. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  /** Absent for components. */
  readonly id?: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  /** It has been replaced, and its deletion is still to be done. */
  readonly deletePending: boolean;
  /** Pulumi refuses to delete it. */
  readonly isProtected: boolean;
  /** URNs that it needs: parent, dependencies of all kinds. */
  readonly needs: readonly string[];
}

export const operationTypes = ["creating", "updating", "deleting", "reading", "importing"] as const;

/** Something that an update had begun and not ended when it was interrupted. */
export interface PendingOperation {
  readonly type: (typeof operationTypes)[number];
  readonly resource: StateResource;
}

/** The state of a Pulumi stack. */
export interface StackState {
  readonly resources: readonly StateResource[];
  readonly pendingOperations: readonly PendingOperation[];
}

/**
 * Reads what `pulumi stack export` wrote.
 * @throws when it is of another shape, with the place.
 */
export function parseState(value: unknown): StackState {
  const root = asRecord(value, "the state");
  if (root.version !== 3) {
    throw shapeError("version", `must be 3; got ${JSON.stringify(root.version)}`);
  }
  // A Pulumi stack that was never updated has an empty deployment.
  const deployment = asRecord(root.deployment ?? {}, "deployment");
  return {
    resources: asList(deployment.resources ?? [], "deployment.resources").map((resource, index) =>
      parseResource(resource, `deployment.resources[${index}]`),
    ),
    pendingOperations: asList(
      deployment.pending_operations ?? [],
      "deployment.pending_operations",
    ).map((operation, index) =>
      parseOperation(operation, `deployment.pending_operations[${index}]`),
    ),
  };
}

/** Last part of a URN: the name that the program gave the resource. */
export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

function parseOperation(value: unknown, place: string): PendingOperation {
  const operation = asRecord(value, place);
  const type = operationTypes.find((known) => known === operation.type);
  if (type === undefined) {
    throw shapeError(`${place}.type`, `is no operation: ${JSON.stringify(operation.type)}`);
  }
  return { type, resource: parseResource(operation.resource, `${place}.resource`) };
}

function parseResource(value: unknown, place: string): StateResource {
  const resource = asRecord(value, place);
  const { id, provider, parent, deletedWith } = resource;
  const optional = [parent, deletedWith, providerUrn(provider)].filter(
    (urn): urn is string => typeof urn === "string" && urn !== "",
  );
  const byProperty = Object.values(
    asRecord(resource.propertyDependencies ?? {}, `${place}.propertyDependencies`),
  ).flatMap((urns) => asTexts(urns ?? [], `${place}.propertyDependencies`));
  return {
    urn: asText(resource.urn, `${place}.urn`),
    type: asText(resource.type, `${place}.type`),
    id: typeof id === "string" && id !== "" ? id : undefined,
    inputs: asRecord(resource.inputs ?? {}, `${place}.inputs`),
    outputs: asRecord(resource.outputs ?? {}, `${place}.outputs`),
    deletePending: resource.delete === true,
    isProtected: resource.protect === true,
    needs: [
      ...new Set([
        ...optional,
        ...asTexts(resource.dependencies ?? [], `${place}.dependencies`),
        ...byProperty,
      ]),
    ],
  };
}

/** A provider reference is `<urn>::<id>`. */
function providerUrn(reference: unknown): string | undefined {
  if (typeof reference !== "string") return undefined;
  const end = reference.lastIndexOf("::");
  return end < 0 ? undefined : reference.slice(0, end);
}

function asRecord(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw shapeError(place, "is no structure");
}

function asList(value: unknown, place: string): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[];
  throw shapeError(place, "is no list");
}

function asText(value: unknown, place: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw shapeError(place, "is missing");
}

function asTexts(value: unknown, place: string): readonly string[] {
  return asList(value, place).map((text, index) => asText(text, `${place}[${index}]`));
}

function shapeError(place: string, problem: string): Error {
  return new Error(
    `the state is not as Pulumi 3 writes it: ${place} ${problem}; use the Pulumi version that \`slipway doctor\` names`,
  );
}
