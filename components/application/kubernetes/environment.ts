import { byName } from "../service";
import type { ServiceContext } from "./types";

/** Placeholders that Swarm fills in for each task, and the field of the pod that says the same. */
const fields: Readonly<Record<string, string>> = {
  "Node.Hostname": "spec.nodeName",
  "Node.ID": "spec.nodeName",
  "Task.ID": "metadata.uid",
  "Task.Name": "metadata.name",
};

/** `{{.Task.Name}}` with spaces where Go's templates allow them. */
const placeholder = /\{\{-?\s*\.([A-Za-z.]+)\s*-?\}\}/g;

/** Variables of a container, in order. Swarm's placeholders become fields of the pod. */
export function environment({ service, name }: ServiceContext): readonly object[] {
  const helpers = new Map<string, string>();
  const variables = byName(service.environment).flatMap(([variable, value]): readonly object[] => {
    // A name without a value would take the image's own away, which Kubernetes can't.
    if (value === null) return [];
    const only = fields[onlyPlaceholder(value) ?? ""];
    if (only !== undefined)
      return [{ name: variable, valueFrom: { fieldRef: { fieldPath: only } } }];
    return [{ name: variable, value: filledIn(value, name, helpers) }];
  });
  const first = [...helpers].sort().map(([variable, fieldPath]) => ({
    name: variable,
    valueFrom: { fieldRef: { fieldPath } },
  }));
  return [...first, ...variables];
}

function onlyPlaceholder(value: string): string | undefined {
  const [match, second] = [...value.matchAll(placeholder)];
  return second === undefined && match?.[0] === value ? match[1] : undefined;
}

/** Text with placeholders in it refers to variables that hold what they stand for. */
function filledIn(value: string, service: string, helpers: Map<string, string>): string {
  let text = "";
  let rest = 0;
  for (const match of value.matchAll(placeholder)) {
    const [written, what = ""] = match;
    const field = fields[what];
    text += literal(value.slice(rest, match.index));
    rest = match.index + written.length;
    if (what === "Service.Name") text += service;
    else if (field === undefined) text += literal(written);
    else {
      const helper = `SLIPWAY_${what.replace(".", "_").toUpperCase()}`;
      helpers.set(helper, field);
      text += `$(${helper})`;
    }
  }
  return text + literal(value.slice(rest));
}

/** Kubernetes puts variables in the place of `$(NAME)` in values and command lines; the file means what it says. */
export function literal(text: string): string {
  return /\$[$(]/.test(text) ? text.replaceAll("$", "$$$$") : text;
}

/** Placeholders in a text that nothing on Kubernetes stands for. */
export function unknownPlaceholders(text: string): readonly string[] {
  return [...text.matchAll(/\{\{[^}]*\.[A-Za-z][^}]*\}\}/g)]
    .map(([written]) => written)
    .filter((written) => {
      const [, what = ""] = /^\{\{-?\s*\.([A-Za-z.]+)\s*-?\}\}$/.exec(written) ?? [];
      return what !== "Service.Name" && fields[what] === undefined;
    });
}
