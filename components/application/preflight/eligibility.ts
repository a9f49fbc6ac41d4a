import net from "node:net";
import type { PinnedImage } from "../digests";
import type { NodeFacts } from "./facts";

/** `node.labels.zone == a`: what is compared, how, and with what; the characters are those that Swarm takes. */
const expression = /^\s*([a-z_][\w.-]+)\s*(==|!=)\s*([\w:\-\s.*()?+[\]\\^$|/]+?)\s*$/i;

/** Whether Swarm takes the constraint: one that it can't read keeps a service from every node. */
export function isConstraint(text: string): boolean {
  const [, field = ""] = expression.exec(text) ?? [];
  return valueOf(anyNode, field) !== undefined;
}

/** Whether a node satisfies a constraint, compared as Swarm does: without regard to case. */
export function satisfies(node: NodeFacts, constraint: string): boolean {
  const [, field = "", operator, wanted = ""] = expression.exec(constraint) ?? [];
  const value = valueOf(node, field);
  if (value === undefined) return false;
  const isEqual =
    field.toLowerCase() === "node.ip"
      ? isWithin(value, wanted)
      : value.toLowerCase() === wanted.toLowerCase();
  return isEqual !== undefined && isEqual === (operator === "==");
}

/** `node.ip` is held against an address or a subnet; what is neither is satisfied by no node. */
function isWithin(address: string, wanted: string): boolean | undefined {
  const [network = "", prefix] = wanted.split("/");
  const bits = { 0: -1, 4: 32, 6: 128 }[net.isIP(network)] ?? -1;
  const length = Number(prefix ?? bits);
  if (net.isIP(address) === 0 || !(length >= 0 && length <= bits)) return undefined;
  const list = new net.BlockList();
  list.addSubnet(network, length, bits === 32 ? "ipv4" : "ipv6");
  return list.check(address, net.isIPv6(address) ? "ipv6" : "ipv4");
}

/** Whether the image is built for the node. An image that does not say is built for all. */
export function runsOn(
  { platforms }: Pick<PinnedImage, "platforms">,
  node: Pick<NodeFacts, "os" | "architecture">,
): boolean {
  const known = platforms.filter(({ os }) => os !== "");
  return (
    known.length === 0 ||
    known.some(
      ({ os, architecture }) =>
        os === node.os && (architecture === "" || architecture === node.architecture),
    )
  );
}

const anyNode: NodeFacts = {
  id: "",
  hostname: "",
  address: "",
  role: "worker",
  isReady: true,
  labels: {},
  engineLabels: {},
  os: "",
  architecture: "",
  machine: "",
  cpus: 0,
  memoryBytes: 0,
};

/** Names of fields are read without regard to case, those of labels are not. */
function valueOf(node: NodeFacts, text: string): string | undefined {
  const field = text.toLowerCase();
  if (field.startsWith("node.labels.")) return node.labels[text.slice(12)] ?? "";
  if (field.startsWith("engine.labels.")) return node.engineLabels[text.slice(14)] ?? "";
  const fields: Readonly<Record<string, string>> = {
    "node.id": node.id,
    "node.hostname": node.hostname,
    "node.ip": node.address,
    "node.role": node.role,
    "node.platform.os": node.os,
    "node.platform.arch": node.machine,
  };
  return fields[field];
}
