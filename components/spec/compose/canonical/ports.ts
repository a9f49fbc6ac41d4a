import { isIP } from "node:net";
import { quote } from "../../words";
import type { Located } from "../tree/origins";
import { isList, isMapping, type Mapping, plain, type Value } from "../tree/value";
import { type At, type Form, memberOrigin, unsound } from "./form";

/** Ports in their long form; a range of target ports becomes one entry each. */
export const ports: Form = (value, at) => {
  if (!isList(value)) return value;
  const items = value.flatMap((entry, index): Located[] => {
    const here: At = {
      ...at,
      path: [...at.path, index],
      origin: memberOrigin(value, index, at),
    };
    const sound = isMapping(entry) ? longPort(entry, here) : shortPort(plain(entry), here);
    return sound.map((port) => {
      if (port !== entry) at.loading.origins.adopt(port, here.origin);
      return { value: port, origin: here.origin };
    });
  });
  return at.loading.origins.list(items, at.origin);
};

function longPort(port: Mapping, at: At): Mapping[] {
  const { host_ip: address } = port;
  if (typeof address === "string" && isIP(address) === 0) {
    return none(at, `has the host_ip ${quote(address)}, which is no IP address`);
  }
  return [port];
}

const short =
  /^(?:(?:(?<address>\[[^\]]*\]|[^[\]]*?):)?(?<published>[0-9-]*):)?(?<target>[0-9-]+)(?:\/(?<protocol>[A-Za-z]*))?$/;

const howToWrite =
  "write it as [address:][published:]target[/protocol], for example 8080:80 or 127.0.0.1:53:53/udp";

function shortPort(text: string, at: At): Mapping[] {
  const parts = short.exec(text)?.groups;
  if (parts === undefined) return none(at, `is no port: ${quote(text)}; ${howToWrite}`);
  const address = (parts.address ?? "").replace(/^\[(.*)\]$/, "$1");
  if (address !== "" && isIP(address) === 0) {
    return none(at, `has the address ${quote(address)}, which is no IP address; ${howToWrite}`);
  }
  const protocol = ((parts.protocol ?? "") || "tcp").toLowerCase();
  if (!["tcp", "udp", "sctp"].includes(protocol)) {
    return none(at, `has the protocol ${protocol}; use tcp, udp or sctp`);
  }
  const target = portRange(parts.target ?? "", at);
  const publishedText = parts.published ?? "";
  const published = publishedText === "" ? undefined : portRange(publishedText, at);
  if (target === undefined || (publishedText !== "" && published === undefined)) return [];
  if (target.first === 0) return none(at, "has the port 0 in the container; ports start at 1");
  const count = target.last - target.first + 1;
  if (published !== undefined && count > 1 && published.last - published.first + 1 !== count) {
    return none(
      at,
      `publishes ${published.last - published.first + 1} ports for ${count} of the container; make both ranges equally long`,
    );
  }
  return Array.from({ length: count }, (_, index): Mapping => {
    const port: Mapping = { mode: "ingress", target: target.first + index };
    if (published !== undefined) port.published = publishedAs(published, index, count);
    return { ...port, protocol, ...(address === "" ? {} : { host_ip: address }) };
  }).sort((a, b) => (plain(a.target) < plain(b.target) ? -1 : 1));
}

interface PortRange {
  readonly first: number;
  readonly last: number;
}

function publishedAs(published: PortRange, index: number, count: number): string {
  const first = published.first + index;
  // One port of the container and several of the node: the engine takes one that is free.
  return count === 1 && published.first !== published.last
    ? `${first}-${published.last}`
    : String(first);
}

/** First and last port of `80` or `8000-8010`; undefined for what is reported. */
function portRange(text: string, at: At): PortRange | undefined {
  const range = parsePublished(text);
  if (range === undefined) unsound(at, `has ${quote(text)} for a port; ${howToWrite}`);
  else if (range.first > range.last) {
    unsound(at, `has the range ${text}, whose end is before its start`);
  } else if (range.last > 65535) {
    unsound(at, `has the port ${range.last}; ports go up to 65535`);
  } else return range;
  return undefined;
}

/** Reports, and leaves the entry out. */
function none(at: At, message: string): Mapping[] {
  unsound(at, message);
  return [];
}

/** A range of ports as numbers; undefined for a text that is none. */
export function parsePublished(value: Value | undefined): PortRange | undefined {
  const match = /^(\d+)(?:-(\d+))?$/.exec(plain(value));
  if (match === null) return undefined;
  return { first: Number(match[1]), last: Number(match[2] ?? match[1]) };
}
