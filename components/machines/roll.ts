import { RunError } from "@pulumi/pulumi";

/** The one machine that this run replaces, as `slipway roll` asks for it. */
export interface Roll {
  /** Machine name (`managers-0`). */
  readonly machine: string;
  /** Names this roll; the same token twice is the same roll. */
  readonly token: string;
  /** Static address that the new machine takes; absent with DHCP, or where the machine keeps its own. */
  readonly address?: string;
  /** The old machine goes before the new one comes: there is no spare address. Default false. */
  readonly deleteFirst: boolean;
}

/**
 * Reads what `slipway roll` puts into `SLIPWAY_ROLL`; `undefined` where nothing is rolled.
 *
 * @throws RunError that names the variable when its content is not a roll.
 */
export function parseRoll(text: string | undefined): Roll | undefined {
  if (text === undefined || text === "") return undefined;
  const { machine, token, address, deleteFirst } = parseObject(text);
  if (!isName(machine)) throw malformed("machine must be a machine's name, for example managers-0");
  if (!isName(token)) throw malformed("token must be a text");
  if (address !== undefined && !isName(address)) throw malformed("address must be an IPv4 address");
  if (deleteFirst !== undefined && typeof deleteFirst !== "boolean") {
    throw malformed("deleteFirst must be true or false");
  }
  return { machine, token, address, deleteFirst: deleteFirst ?? false };
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed("it is not JSON");
  }
  if (typeof value !== "object" || value === null) throw malformed("it is no JSON object");
  return value as Record<string, unknown>;
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function malformed(why: string): RunError {
  return new RunError(
    `SLIPWAY_ROLL: ${why}; unset it and replace machines with \`slipway roll <pulumi-stack> <pool>\`, which sets it`,
  );
}
