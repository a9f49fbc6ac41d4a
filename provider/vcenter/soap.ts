import { XMLBuilder, XMLParser } from "fast-xml-parser";

/** Reference to an object of vCenter (`VirtualMachine` `vm-42`). */
export interface Reference {
  readonly type: string;
  readonly value: string;
}

/** An element to send: text, a list of elements of the same name, or children in the order of the schema; `@name` is an attribute. */
export type Element =
  string | number | boolean | readonly Element[] | { readonly [name: string]: Element | undefined };

/** An element received: text, or children by name, each one or a list. Attributes are `@name`, text beside attributes is `#text`. */
export type Node = string | { readonly [name: string]: Node | readonly Node[] | undefined };

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  suppressBooleanAttributes: false,
});
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  transformTagName: bareName,
  // References have both `type` and `xsi:type`, whatever prefix the server gives the latter.
  transformAttributeName: (name) => (name.endsWith(":type") ? "@xsi:type" : name),
  parseTagValue: false,
  parseAttributeValue: false,
  htmlEntities: true,
  // The parser's limits guard against documents that define entities of their own; vCenter's answers define
  // none, but a large inventory has many thousands of `&quot;`.
  processEntities: { enabled: true, maxTotalExpansions: Infinity, maxExpandedLength: Infinity },
});

/** A method call as a SOAP envelope. `target` is the object whose method is called. */
export function envelope(
  method: string,
  target: Reference,
  parameters: Readonly<Record<string, Element | undefined>> = {},
): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return `<?xml version="1.0" encoding="UTF-8"?>${builder.build({
    "soapenv:Envelope": {
      "@xmlns:soapenv": "http://schemas.xmlsoap.org/soap/envelope/",
      "@xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
      "soapenv:Body": {
        [method]: {
          "@xmlns": "urn:vim25",
          _this: referenceElement(target),
          ...Object.fromEntries(given),
        },
      },
    },
  })}`;
}

export function referenceElement(reference: Reference): Element {
  return { "@type": reference.type, "#text": reference.value };
}

/** What vCenter answered instead of a result: the fault's type (`InvalidLogin`) and its text. */
export interface Fault {
  readonly name: string;
  readonly text: string;
  readonly detail: Node;
}

/** The values of an answer (`returnval`, none for methods without one), or its fault. Throws when the text is no SOAP answer. */
export function parseAnswer(xml: string): { values: readonly Node[] } | { fault: Fault } {
  const root = parser.parse(xml) as Node;
  const body = child(child(root, "Envelope"), "Body");
  if (body === undefined) throw new Error("the answer is not a SOAP message");
  const fault = child(body, "Fault");
  if (fault !== undefined) return { fault: parseFault(fault) };
  const response =
    typeof body === "string"
      ? undefined
      : Object.entries(body).find(([name]) => name.endsWith("Response"))?.[1];
  return { values: children(response as Node | undefined, "returnval") };
}

function parseFault(fault: Node): Fault {
  const detail = child(fault, "detail") ?? "";
  const [element, content] =
    typeof detail === "string"
      ? []
      : (Object.entries(detail).find(([name]) => !name.startsWith("@")) ?? []);
  const first = Array.isArray(content) ? (content[0] as Node) : (content as Node | undefined);
  const type = textOf(child(first, "@xsi:type"));
  return {
    name: bareName(type ?? element ?? "").replace(/Fault$/, ""),
    text: textOf(child(fault, "faultstring")) ?? "",
    detail: first ?? "",
  };
}

/** The one child of this name, or the first of several. */
export function child(node: Node | undefined, name: string): Node | undefined {
  return children(node, name)[0];
}

export function children(node: Node | undefined, name: string): readonly Node[] {
  if (node === undefined || typeof node === "string") return [];
  const found = node[name];
  if (found === undefined) return [];
  return Array.isArray(found) ? (found as readonly Node[]) : [found as Node];
}

/** Text of an element, with or without attributes. */
export function textOf(node: Node | undefined): string | undefined {
  if (node === undefined || typeof node === "string") return node;
  const text = node["#text"];
  if (typeof text === "string") return text;
  return Object.keys(node).every((key) => key.startsWith("@")) ? "" : undefined;
}

export function referenceOf(node: Node | undefined): Reference | undefined {
  const value = textOf(node);
  const type = textOf(child(node, "@type"));
  return value === undefined || type === undefined ? undefined : { type: bareName(type), value };
}

/** A type's name without its namespace prefix. */
export function bareName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}
