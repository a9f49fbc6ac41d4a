import { error, type Finding } from "../../finding";
import type { Path } from "../../problem";
import { parsePublished } from "../canonical/ports";
import { isMapping, listAt, type Mapping, mappingsAt, plain } from "../tree/value";

interface Published {
  readonly service: string;
  readonly path: Path;
  readonly port: number;
  readonly address: string;
}

/** Ports of a node that are published twice. */
export function* checkPorts(model: Mapping): Iterable<Finding> {
  const byProtocol = new Map<string, Published[]>();
  for (const [service, definition] of mappingsAt(model, "services")) {
    for (const [index, port] of listAt(definition, "ports").entries()) {
      const range = isMapping(port) ? parsePublished(port.published) : undefined;
      // Of a range for one port the engine takes one that is free; and 0 is any.
      if (!isMapping(port) || range === undefined || range.last === 0) continue;
      if (range.first !== range.last) continue;
      const path = ["services", service, "ports", index];
      const here: Published = { service, path, port: range.first, address: plain(port.host_ip) };
      const protocol = plain(port.protocol);
      const others = byProtocol.get(protocol) ?? [];
      const other = others.find((candidate) => collide(candidate, here));
      if (other !== undefined) yield conflict(here, other, protocol);
      byProtocol.set(protocol, [...others, here]);
    }
  }
}

function conflict(here: Published, other: Published, protocol: string): Finding {
  const who = other.service === here.service ? "this service" : `the service "${other.service}"`;
  return error(
    here.path,
    `publishes port ${here.port}/${protocol}, which ${who} publishes already; choose another one`,
  );
}

const everywhere = ["", "0.0.0.0", "::"];

function collide(a: Published, b: Published): boolean {
  const sameAddress =
    a.address === b.address || everywhere.includes(a.address) || everywhere.includes(b.address);
  return sameAddress && a.port === b.port;
}
