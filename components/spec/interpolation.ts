/** Variables by name, as for `${NAME}`. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** A reference that can't be resolved, at its place in the text. */
export interface InterpolationIssue {
  readonly offset: number;
  readonly message: string;
  /** The text is complete all the same. */
  readonly isWarning?: true;
}

export interface InterpolationOptions {
  /** What a variable without a value and without a default is: an error (the default), or as in Compose an empty text. */
  readonly unset?: "error" | "empty";
  /** What a dollar sign that starts no variable is: an error (the default), or as in Compose a dollar sign. */
  readonly loneDollar?: "error" | "keep";
}

export interface Interpolated {
  readonly text: string;
  readonly issues: readonly InterpolationIssue[];
}

interface Scope {
  readonly variables: Variables;
  readonly options: InterpolationOptions;
  readonly issues: InterpolationIssue[];
}

const reference = /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-?+])|\}))/;

/**
 * Replaces variables as the Compose Specification has it: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`,
 * `${NAME:?message}`, `${NAME?message}`, `${NAME:+other}`, `${NAME+other}`, nested ones included, and `$$` for a dollar.
 * A variable without a value and without a default is an issue, where Compose would put an empty text.
 */
export function interpolate(
  template: string,
  variables: Variables,
  options: InterpolationOptions = {},
): Interpolated {
  const issues: InterpolationIssue[] = [];
  const text = expand(template, 0, { variables, options, issues });
  return { text, issues };
}

function expand(template: string, base: number, scope: Scope): string {
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
    if (
      scope.options.loneDollar === "keep" &&
      !/^\$[A-Za-z_{]/.test(template.slice(dollar, dollar + 2))
    ) {
      scope.issues.push({ offset: base + dollar, message: keptDollar, isWarning: true });
      result += "$";
      at = dollar + 1;
      continue;
    }
    const found = readReference(template, dollar);
    if (typeof found === "string") {
      scope.issues.push({ offset: base + dollar, message: found });
      return result + template.slice(dollar);
    }
    result += value(found, base, scope);
    at = found.end;
  }
  return result;
}

const keptDollar =
  "has a `$` that starts no variable and is kept as it is; write `$$` to say that this is meant";

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

/** The brace that closes the reference, past nested references and past pairs of plain braces. */
function closingBrace(template: string, from: number): number {
  const balanced = closingBracePast("{", template, from);
  return balanced >= 0 ? balanced : closingBracePast("${", template, from);
}

function closingBracePast(opening: string, template: string, from: number): number {
  let depth = 1;
  for (let at = from; at < template.length; at++) {
    if (template.startsWith(opening, at)) depth++;
    else if (template[at] === "}" && --depth === 0) return at;
  }
  return -1;
}

function value(ref: Reference, base: number, scope: Scope): string {
  const known = scope.variables[ref.name];
  const emptyCounts = ref.operator?.startsWith(":") !== true;
  const isSet = known !== undefined && (emptyCounts || known !== "");
  const operand = () => expand(ref.operand, base + ref.operandStart, scope);
  const operator = ref.operator?.slice(-1);
  if (operator === "+") return isSet ? operand() : "";
  if (isSet) return known;
  if (operator === "-") return operand();
  const offset = base + ref.start;
  if (operator === undefined && scope.options.unset === "empty") {
    const message = `uses the variable ${ref.name}, which has no value: it becomes an empty text`;
    scope.issues.push({ offset, message, isWarning: true });
  } else {
    scope.issues.push({ offset, message: missing(ref, operator, operand) });
  }
  return "";
}

function missing(ref: Reference, operator: string | undefined, operand: () => string): string {
  return operator === "?"
    ? `needs the variable ${ref.name}: ${operand() || "it has no value"}`
    : `uses the variable ${ref.name}, which has no value; set it, give a default with \${${ref.name}:-default}, or write $$ for a dollar sign`;
}
