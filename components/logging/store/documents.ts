import type { StoreDocument } from "../../../provider/sdk";
import type { LoggingSpec, StoreKind } from "../../spec";
import { indexPattern } from "../indexes";
import { fields } from "../record";

export interface DocumentSettings {
  readonly cluster: string;
  /** Absent: Slipway's own, which has one node and no place for a copy, and whose lines go by its keeper. */
  readonly external?: StoreKind;
  readonly spec: Pick<LoggingSpec, "retention">;
}

/** Of a label: what is longer is kept, and not found by it. */
const longestKeyword = 1024;

/** Name of what a store has for a cluster: its index template, its policy. */
export function nameOf(cluster: string): string {
  return `slipway-logs-${cluster}`;
}

/** What a store is told of a cluster's lines, in the order in which it is told. */
export function storeDocuments(settings: DocumentSettings): readonly StoreDocument[] {
  const { cluster, external } = settings;
  const template = {
    key: "template",
    path: `/_index_template/${nameOf(cluster)}`,
    at: ["index_templates", "0", "index_template"],
    body: indexTemplate(settings),
  };
  switch (external) {
    case undefined:
      return [template];
    case "elasticsearch":
      return [lifecyclePolicy(settings), template];
    case "opensearch":
      // Last, as it is put over the indexes that there are.
      return [template, statePolicy(settings)];
    default: {
      const never: never = external;
      return never;
    }
  }
}

function indexTemplate({ cluster, external }: DocumentSettings): object {
  return {
    index_patterns: [indexPattern(cluster)],
    priority: 500,
    template: {
      settings: {
        index: {
          ...(external === undefined && { number_of_shards: 1, number_of_replicas: 0 }),
          codec: "best_compression",
          // Who follows a log waits so long; who indexes is not held up each second.
          refresh_interval: "5s",
          ...(external === "elasticsearch" && { lifecycle: { name: nameOf(cluster) } }),
        },
      },
      mappings: mappings(external ?? "opensearch"),
    },
  };
}

/** What is not named here is kept, and not indexed: no application can blow the index up by its own fields. */
function mappings(kind: StoreKind): object {
  const special: Readonly<Record<string, object>> = {
    [fields.time]: { type: "date" },
    [fields.message]: { type: "text" },
    [fields.order]: { type: "long" },
    // All of a line's own members in one field, each to be searched for by its name.
    [fields.json]: { type: kind === "elasticsearch" ? "flattened" : "flat_object" },
  };
  return {
    dynamic: false,
    properties: Object.fromEntries(
      Object.values(fields).map((field) => [
        field,
        special[field] ?? { type: "keyword", ignore_above: longestKeyword },
      ]),
    ),
  };
}

/** Age of an index when its newest line is as old as lines may be: it has been there since the first line of its day. */
function indexAge({ retention }: DocumentSettings["spec"]): string {
  return `${retention.hours + 24}h`;
}

/** Retention by OpenSearch's Index State Management. */
function statePolicy({ cluster, spec }: DocumentSettings): StoreDocument {
  const name = nameOf(cluster);
  const indexes = indexPattern(cluster);
  return {
    key: "policy",
    path: `/_plugins/_ism/policies/${name}`,
    at: [],
    versioned: true,
    body: {
      policy: {
        description: `Slipway: how long lines of ${cluster} are kept`,
        default_state: "kept",
        states: [
          {
            name: "kept",
            actions: [],
            transitions: [{ state_name: "old", conditions: { min_index_age: indexAge(spec) } }],
          },
          { name: "old", actions: [{ delete: {} }], transitions: [] },
        ],
        ism_template: [{ index_patterns: [indexes], priority: 500 }],
      },
    },
    // An index keeps the policy as it was when it came under it, and one that is older than the policy has none.
    afterwards: ["add", "change_policy"].map((verb) => ({
      path: `/_plugins/_ism/${verb}/${indexes}`,
      body: { policy_id: name },
    })),
  };
}

/** Retention by Elasticsearch's Index Lifecycle Management. */
function lifecyclePolicy({ cluster, spec }: DocumentSettings): StoreDocument {
  const name = nameOf(cluster);
  return {
    key: "policy",
    path: `/_ilm/policy/${name}`,
    at: [name],
    body: {
      policy: { phases: { delete: { min_age: indexAge(spec), actions: { delete: {} } } } },
    },
  };
}
