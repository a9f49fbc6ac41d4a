import { quote } from "../../components/spec/words";

/** What a site can set of a rule, per environment. */
export type Parameter =
  | {
      readonly kind: "number";
      readonly default: number;
      readonly min: number;
      readonly max: number;
      readonly meaning: string;
    }
  | { readonly kind: "flag"; readonly default: boolean; readonly meaning: string }
  | { readonly kind: "texts"; readonly default: readonly string[]; readonly meaning: string }
  | {
      readonly kind: "map";
      readonly default: Readonly<Record<string, string>>;
      readonly meaning: string;
    };

export type Parameters = Readonly<Record<string, Parameter>>;

export type ParameterValue = Parameter["default"];
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/** Values of declared parameters, by name. */
export type ValuesOf<P extends Parameters> = { readonly [N in keyof P]: ValueOf<P[N]["kind"]> };

type ValueOf<K extends Parameter["kind"]> = Extract<Parameter, { readonly kind: K }>["default"];

/** The values that hold where a site says nothing. */
export function defaultsOf(parameters: Parameters): ParameterValues {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [name, parameter.default]),
  );
}

/** @returns what is wrong with a value, for the user; `undefined` where it is right. */
export function mistakeIn(parameter: Parameter, value: unknown): string | undefined {
  const got = `got ${typeof value === "number" ? String(value) : quote(value)}`;
  switch (parameter.kind) {
    case "number": {
      const { min, max } = parameter;
      const isRight = typeof value === "number" && value >= min && value <= max;
      return isRight ? undefined : `must be a number from ${min} to ${max}; ${got}`;
    }
    case "flag":
      return typeof value === "boolean" ? undefined : `must be true or false; ${got}`;
    case "texts":
      return Array.isArray(value) && value.every((item) => typeof item === "string")
        ? undefined
        : `must be a list of texts; ${got}`;
    case "map": {
      const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
      return isMap && Object.values(value).every((item) => typeof item === "string")
        ? undefined
        : `must be a mapping of names to texts; ${got}`;
    }
    default: {
      const never: never = parameter;
      return never;
    }
  }
}
