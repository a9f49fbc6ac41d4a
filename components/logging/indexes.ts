/**
 * Which index of the store a line goes into: that of its day, by the time at which the runtime wrote it.
 *
 * A line can reach the store more than once: its answer is lost, or the collector is killed before it has noted it. Its id
 * makes the second one a conflict, and ids are unique within one index. The day of a line never changes; the index that a
 * data stream or an alias writes to does, with each rollover, so that a line which is sent again at the wrong moment would
 * be there twice. Days are also what both Elasticsearch and OpenSearch delete in one and the same way, with their own policies
 * (ILM, ISM: an index's age) or by a call of their API, without plugins. `logs-` would be the name of a data stream in Elasticsearch's
 * own templates.
 */

/** What the indexes of a cluster begin with; the day follows, `2026.11.22`. The dot keeps `a` and `a-b` apart. */
export function indexPrefix(cluster: string): string {
  return `slipway-logs-${cluster}.`;
}

/** Pattern of all indexes of a cluster. */
export function indexPattern(cluster: string): string {
  return `${indexPrefix(cluster)}*`;
}
