import { Address4 } from "ip-address";

/** An IPv4 range: first and last address as numbers. */
export interface Range {
  readonly first: number;
  readonly last: number;
  readonly prefixLength: number;
}

/** Number of an IPv4 address in dotted form; undefined for anything else. */
export function parseIpv4(text: string): number | undefined {
  return text.includes("/") || !Address4.isValid(text) ? undefined : toNumber(new Address4(text));
}

/** Range of a CIDR text such as `10.1.2.0/24`; undefined for anything else. */
export function parseCidr(text: string): Range | undefined {
  if (!/\/\d+$/.test(text) || !Address4.isValid(text)) return undefined;
  const address = new Address4(text);
  return rangeAround(toNumber(address), address.subnetMask);
}

/** The range of this size that the address lies in. */
export function rangeAround(address: number, prefixLength: number): Range {
  const size = 2 ** (32 - prefixLength);
  const first = Math.floor(address / size) * size;
  return { first, last: first + size - 1, prefixLength };
}

export function contains(range: Range, address: number): boolean {
  return address >= range.first && address <= range.last;
}

export function overlap(a: Range, b: Range): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** `10.1.2.0/24`. */
export function renderCidr(range: Range): string {
  return `${renderIpv4(range.first)}/${range.prefixLength}`;
}

export function renderIpv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

function toNumber(address: Address4): number {
  return address.parsedAddress.reduce((sum, octet) => sum * 256 + Number(octet), 0);
}
