/** Variables by name, as for `${NAME}`. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** A reference that can't be resolved, at its place in the text. */
export interface InterpolationIssue {
  readonly offset: number;
  readonly message: string;
}

export interface Interpolated {
  readonly text: string;
  readonly issues: readonly InterpolationIssue[];
}

const reference = /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-?+])|\}))/;

/**
 * Replaces variables as the Compose Specification has it: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`,
 * `${NAME:?message}`, `${NAME?message}`, `${NAME:+other}`, `${NAME+other}`, nested ones included, and `$$` for a dollar.
 * A variable without a value and without a default is an issue, where Compose would put an empty text.
 */
export function interpolate(template: string, variables: Variables): Interpolated {
  const issues: InterpolationIssue[] = [];
  const text = expand(template, 0, variables, issues);
  return { text, issues };
}

function expand(
  template: string,
  base: number,
  variables: Variables,
  issues: InterpolationIssue[],
): string {
  let result = "";
  let at = 0;
  while (at < template.length) {
    const dollar = template.indexOf("$", at);
    if (dollar < 0) return result + template.slice(at);
    result += template.slice(at, dollar);
    if (template[dollar + 1] === "$") {
      result += "$";
      at = dollar + 2;
      continue;
    }
    const found = readReference(template, dollar);
    if (typeof found === "string") {
      issues.push({ offset: base + dollar, message: found });
      return result + template.slice(dollar);
    }
    result += value(found, base, variables, issues);
    at = found.end;
  }
  return result;
}

interface Reference {
  readonly name: string;
  /** `-`, `?` or `+`, with a colon where an empty value counts as none. */
  readonly operator?: string;
  readonly operand: string;
  readonly start: number;
  readonly operandStart: number;
  readonly end: number;
}

function readReference(template: string, start: number): Reference | string {
  const match = reference.exec(template.slice(start));
  if (match === null) {
    const opened = /^\$\{[A-Za-z_]\w*/.exec(template.slice(start));
    if (opened !== null) return `has \`${opened[0]}\` without its closing brace`;
    return "has a `$` that starts no variable; write `${NAME}` for a variable and `$$` for a dollar sign";
  }
  const name = match[1] ?? match[2] ?? "";
  const operator = match[3];
  const operandStart = start + match[0].length;
  if (operator === undefined) {
    return { name, operand: "", start, operandStart, end: operandStart };
  }
  const close = closingBrace(template, operandStart);
  if (close < 0) return `has \`\${${name}\` without its closing brace`;
  const operand = template.slice(operandStart, close);
  return { name, operator, operand, start, operandStart, end: close + 1 };
}

/** The brace that closes the reference, past nested ones. */
function closingBrace(template: string, from: number): number {
  let depth = 1;
  for (let at = from; at < template.length; at++) {
    if (template.startsWith("${", at)) depth++;
    else if (template[at] === "}" && --depth === 0) return at;
  }
  return -1;
}

function value(
  ref: Reference,
  base: number,
  variables: Variables,
  issues: InterpolationIssue[],
): string {
  const known = variables[ref.name];
  const emptyCounts = ref.operator?.startsWith(":") !== true;
  const isSet = known !== undefined && (emptyCounts || known !== "");
  const operand = () => expand(ref.operand, base + ref.operandStart, variables, issues);
  const operator = ref.operator?.slice(-1);
  if (operator === "+") return isSet ? operand() : "";
  if (isSet) return known;
  if (operator === "-") return operand();
  issues.push({ offset: base + ref.start, message: missing(ref, operator, operand) });
  return "";
}

function missing(ref: Reference, operator: string | undefined, operand: () => string): string {
  return operator === "?"
    ? `needs the variable ${ref.name}: ${operand() || "it has no value"}`
    : `uses the variable ${ref.name}, which has no value; set it, give a default with \${${ref.name}:-default}, or write $$ for a dollar sign`;
}
