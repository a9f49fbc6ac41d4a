import { isIPv4 } from "node:net";
import { guestinfo } from "../sdk/shapes";
import {
  child,
  children,
  referenceOf,
  textOf,
  type Element,
  type Node,
  type Reference,
} from "./soap";

/** A VM that carries a cluster's identity. */
export interface ClusterVm {
  readonly reference: Reference;
  readonly name: string;
  /** BIOS UUID, what `VirtualMachine.uuid` is in Pulumi. */
  readonly uuid: string;
  readonly poweredOn: boolean;
  /** Address of its first network card as VMware Tools report it; IPv4 before IPv6. */
  readonly address?: string;
  /** ISO 8601; absent on vCenter before 6.7. */
  readonly created?: string;
  /** Folder. */
  readonly parent?: Reference;
  /** `guestinfo.slipway.*` without the prefix being cut. */
  readonly guestinfo: Readonly<Record<string, string>>;
}

const guestKeys = Object.values(guestinfo);

/** Only these keys are asked for: the whole extraConfig of a VM with its user data is large. */
const paths = [
  "name",
  "config.uuid",
  "config.createDate",
  "runtime.powerState",
  "guest.ipAddress",
  "guest.net",
  "parent",
  ...guestKeys.map((key) => `config.extraConfig["${key}"]`),
];

/** What RetrievePropertiesEx is to collect: those properties of every VM in a container view. */
export function vmFilter(view: Reference, properties: readonly string[] = paths): Element {
  return {
    propSet: { type: "VirtualMachine", all: false, pathSet: properties },
    objectSet: {
      obj: { "@type": view.type, "#text": view.value },
      skip: true,
      selectSet: {
        "@xsi:type": "TraversalSpec",
        name: "view",
        type: view.type,
        path: "view",
        skip: false,
      },
    },
  };
}

/** The VM in one ObjectContent of vCenter's answer; `undefined` while it is too new to have a name and UUID. */
export function parseVm(content: Node): ClusterVm | undefined {
  const reference = referenceOf(child(content, "obj"));
  const properties = new Map(
    children(content, "propSet").map((one) => [textOf(child(one, "name")), child(one, "val")]),
  );
  const text = (name: string) => textOf(properties.get(name));
  const name = text("name");
  const uuid = text("config.uuid");
  if (reference === undefined || name === undefined || uuid === undefined) return undefined;
  return {
    reference,
    // vCenter keeps three characters of names escaped.
    name: name.replace(/%(25|2f|5c)/gi, (escaped) => decodeURIComponent(escaped)),
    uuid,
    poweredOn: text("runtime.powerState") === "poweredOn",
    address: addressOf(properties.get("guest.net"), text("guest.ipAddress")),
    created: text("config.createDate"),
    parent: referenceOf(properties.get("parent")),
    guestinfo: guestinfoOf(properties),
  };
}

function guestinfoOf(
  properties: ReadonlyMap<string | undefined, Node | undefined>,
): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const key of guestKeys) {
    const value = textOf(child(properties.get(`config.extraConfig["${key}"]`), "value"));
    if (value !== undefined && value !== "") values[key] = value;
  }
  return values;
}

/**
 * The address of a real network card: VMware Tools also report bridges inside the guest (`docker0`), whose
 * `deviceConfigId` is -1, and may take one of them for the guest's main address.
 */
function addressOf(net: Node | undefined, main: string | undefined): string | undefined {
  const cards = children(net, "GuestNicInfo").filter(
    (card) => Number(textOf(child(card, "deviceConfigId")) ?? "-1") > 0,
  );
  const addresses = cards.flatMap((card) =>
    children(card, "ipAddress").map(textOf).filter(isUsable),
  );
  const candidates = cards.length > 0 ? addresses : [main].filter(isUsable);
  return candidates.find((address) => isIPv4(address)) ?? candidates[0];
}

/** Not a link-local address: those come before DHCP has answered. */
function isUsable(address: string | undefined): address is string {
  return (
    address !== undefined &&
    address !== "" &&
    !address.startsWith("169.254.") &&
    !/^fe[89ab][0-9a-f]:/i.test(address)
  );
}
