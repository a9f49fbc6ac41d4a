import { fields } from "../../components/logging/record";
import type { Line } from "./query";

/** Escape sequences of a terminal. */
const colours = { dim: "\u001b[2m", red: "\u001b[31m", yellow: "\u001b[33m", cyan: "\u001b[36m" };
const reset = "\u001b[0m";

const byLevel: Readonly<Record<string, keyof typeof colours>> = {
  fatal: "red",
  error: "red",
  warn: "yellow",
  debug: "dim",
};

/** What a terminal would take for orders: an application must not write them through its lines. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const orders = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** A line for people: time, node, who wrote it, and what. */
export function shown(line: Line, coloured: boolean): string {
  const text = (field: string) => {
    const value = line[field];
    return typeof value === "string" ? value.replace(orders, "�") : "";
  };
  const paint = (name: keyof typeof colours | undefined, what: string) =>
    coloured && name !== undefined && what !== "" ? `${colours[name]}${what}${reset}` : what;
  const instance = text(fields.instance);
  const who =
    [text(fields.application), text(fields.service)].filter(Boolean).join("/") || text(fields.unit);
  const level = text(fields.level);
  const json = line[fields.json];
  const rest =
    typeof json === "object" && json !== null && Object.keys(json).length > 0
      ? ` ${JSON.stringify(json)}`
      : "";
  return [
    paint("dim", milliseconds(text(fields.time))),
    paint("dim", text(fields.node)),
    paint(
      "cyan",
      instance === "" || who === "" ? who || instance : `${who} (${shortened(instance)})`,
    ),
    paint(byLevel[level], level.toUpperCase()),
    paint(byLevel[level], text(fields.message)) + paint("dim", rest),
  ]
    .filter((part) => part !== "")
    .join(" ");
}

/** A time with as many digits as people read. */
function milliseconds(time: string): string {
  return time.replace(/(\.\d{3})\d+/, "$1");
}

/** A task's name without its id, a pod's without its workload: what tells it apart. */
function shortened(instance: string): string {
  const [, slot] = /\.([^.]+)\.[a-z0-9]{25}$/.exec(instance) ?? [];
  return slot ?? instance.split("-").slice(-2).join("-");
}
