import { nameOf, type StateResource } from "../../pulumi/state";
import {
  fieldPaths,
  foreignFields,
  lostFields,
  type FieldSet,
  type ManagedFields,
  valueAt,
} from "./fields";

/** What somebody else has done to an object of a deployment. */
export interface ObjectDrift {
  readonly urn: string;
  /** For people: `shop-prod-deployment-web was changed by somebody else: spec.replicas: 3 → 1`. */
  readonly text: string;
}

export interface ManagedObject {
  readonly metadata?: { readonly managedFields?: readonly ManagedFields[] };
}

/**
 * Compares an object with what was deployed. Who has set a field tells more than its value, which the API server may write
 * in another way (`0.5` as `500m`): what a deployment has set is its own until somebody else sets it to something else.
 *
 * @param live undefined where there is none.
 */
export function objectDrift(
  { urn, type, outputs }: Pick<StateResource, "urn" | "type" | "outputs">,
  live: ManagedObject | undefined,
): ObjectDrift | undefined {
  const name = nameOf(urn);
  if (live === undefined) return { urn, text: `${name} was removed by somebody else` };
  const { managedFields: before = [] } = (outputs as ManagedObject).metadata ?? {};
  const { managedFields: now = [] } = live.metadata ?? {};
  const lost = lostFields(before, now);
  const isSecret = type.endsWith(":Secret");
  const change = (keys: readonly string[]) =>
    isSecret ? "" : `: ${text(valueAt(outputs, keys))} → ${text(valueAt(live, keys))}`;
  const changes = [
    ...fieldPaths(lost).map(({ path, keys }) => `${path}${change(keys)}`),
    ...fieldPaths(withoutAll(foreignFields(now), lost)).map(({ path }) => `${path} was added`),
  ];
  if (changes.length === 0) return undefined;
  return { urn, text: `${name} was changed by somebody else: ${changes.join(", ")}` };
}

/** What was deployed, and is another's now, is told once. */
function withoutAll(fields: FieldSet, lost: FieldSet): FieldSet {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, inner]): [string, FieldSet][] => {
      const other = lost[key];
      if (other === undefined) return [[key, inner]];
      const left = withoutAll(inner, other);
      return Object.keys(left).length === 0 ? [] : [[key, left]];
    }),
  );
}

/** Longer values say less. */
const longest = 80;

function text(value: unknown): string {
  if (value === undefined) return "nothing";
  const json = JSON.stringify(value);
  return json.length > longest ? `${json.slice(0, longest)}…` : json;
}
