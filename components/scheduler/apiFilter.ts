import { filterConfiguration } from "../platform/apiFilter";

/**
 * HAProxy's configuration: the part of the Docker API that swarm-cronjob 1.14 uses, and nothing else of it.
 *
 * The engine's socket is root on a manager, mounted for reading or not. Through this filter swarm-cronjob needs neither
 * the socket nor root, on a network that leads nowhere else. It may see services, their tasks, nodes, and what becomes of
 * services; and it may update a service, which is how it starts a job. So it is no wall: who may update a service may
 * run what he likes. What it keeps out is the rest: containers, volumes, secrets, nodes, the Swarm itself.
 *
 * - Versions of the API stay in the path: client and engine have agreed on one, and the client writes back what it read.
 * - Where no service is scheduled, swarm-cronjob asks for the tasks of all services, to do nothing with them. It gets none.
 * - What becomes of services is one answer that never ends. After a week without news it is cut; swarm-cronjob then
 *   ends, is started again and reads everything anew.
 */
export function haproxyConfiguration(): string {
  return filterConfiguration(`  acl asks path_reg ${apiPath("(version|services|nodes(/[a-z0-9]+)?|tasks|events)")}
  acl starts_a_job path_reg ${apiPath("services/[a-z0-9]+/update")}
  http-request deny unless { path /_ping } METH_GET or asks METH_GET or starts_a_job METH_POST
  http-request return status 200 content-type application/json string "[]" if { path_end /tasks } !{ query -m found }
  http-request set-query ${ofServices} if { path_end /events }
  http-request set-timeout server 7d if { path_end /events }
  http-request set-timeout server 60s if starts_a_job
`);
}

function apiPath(path: string): string {
  return `^(/v[0-9.]+)?/${path}$`;
}

/** `{"type":{"service":true}}`, as a query; HAProxy wants its percent signs doubled. */
const ofServices = `filters=${encodeURIComponent(
  JSON.stringify({ type: { service: true } }),
).replaceAll("%", "%%")}`;
