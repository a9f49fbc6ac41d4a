import { readFileSync } from "node:fs";
import path from "node:path";
import { error, errorAtKey, type Finding } from "../../components/spec/finding";
import type { Source } from "../../components/spec/source";
import { anyOf, nearest } from "../../components/spec/words";
import { levels, type Level } from "../core/levels";
import { mistakeIn, type ParameterValues } from "../core/parameters";
import { rules, ruleOf } from "../rules";
import { noSettings, type EnvironmentSettings, type Settings } from "./settings";

type At = readonly (string | number)[];
type Mapping = Readonly<Record<string, unknown>>;

/** Reads the settings of a file. @returns them as far as they are right, and all that is wrong. */
export function readSettings(source: Source): {
  readonly settings: Settings;
  readonly findings: readonly Finding[];
} {
  const reader = new Reader(path.dirname(source.file));
  return { settings: reader.settings(source.data()), findings: reader.findings };
}

class Reader {
  readonly findings: Finding[] = [];

  /** @param folder Where relative paths of the file start. */
  constructor(private readonly folder: string) {}

  settings(data: unknown): Settings {
    const all = this.mapping(data, [], ["environments", "registries"]);
    const environments = this.mapping(all.environments ?? {}, ["environments"]);
    const registries = this.mapping(
      all.registries ?? {},
      ["registries"],
      ["caCertificates", "insecure"],
    );
    return {
      ...noSettings,
      environments: Object.fromEntries(
        Object.entries(environments).map(([name, value]) => [
          name,
          this.environment(value, ["environments", name]),
        ]),
      ),
      registries: {
        ca: this.texts(registries.caCertificates, ["registries", "caCertificates"]).flatMap(
          (file, index) => this.certificate(file, ["registries", "caCertificates", index]),
        ),
        insecure: this.texts(registries.insecure, ["registries", "insecure"]),
      },
    };
  }

  private environment(value: unknown, at: At): EnvironmentSettings {
    const all = this.mapping(value, at, ["stacks", "level", "levels", "parameters", "admission"]);
    const stacks = this.texts(all.stacks, [...at, "stacks"]);
    if (stacks.length === 0)
      this.report([...at], "names no Pulumi stacks; list them under `stacks`, with * for any text");
    const { admission = false } = all;
    if (typeof admission !== "boolean") this.report([...at, "admission"], "must be true or false");
    return {
      stacks,
      level: this.level(all.level ?? "mandatory", [...at, "level"]),
      levels: this.byRule(all.levels, [...at, "levels"], (_, level, where) =>
        this.level(level, where),
      ),
      parameters: this.byRule(all.parameters, [...at, "parameters"], (id, given, where) =>
        this.parameters(id, given, where),
      ),
      admission: admission === true,
    };
  }

  private level(value: unknown, at: At): Level {
    const level = levels.find((one) => one === value);
    if (level !== undefined) return level;
    this.report(at, `must be ${anyOf(levels)}; got ${JSON.stringify(value)}`);
    return "mandatory";
  }

  private parameters(id: string, given: unknown, at: At): ParameterValues {
    const declared = ruleOf(id)?.parameters ?? {};
    const values = this.mapping(given, at);
    const right: Record<string, ParameterValues[string]> = {};
    for (const [name, value] of Object.entries(values)) {
      const parameter = declared[name];
      const names = Object.keys(declared);
      if (parameter === undefined) {
        const known = names.length === 0 ? "it has none" : `it has ${anyOf(names)}`;
        this.reportKey([...at, name], `is no parameter of ${id}; ${known}`);
        continue;
      }
      const mistake = mistakeIn(parameter, value);
      if (mistake === undefined) right[name] = value as ParameterValues[string];
      else this.report([...at, name], `${mistake} (${parameter.meaning})`);
    }
    return right;
  }

  private byRule<T>(
    value: unknown,
    at: At,
    read: (id: string, value: unknown, at: At) => T,
  ): Readonly<Record<string, T>> {
    return Object.fromEntries(
      Object.entries(this.mapping(value ?? {}, at)).flatMap(([id, own]) => {
        if (ruleOf(id) !== undefined) return [[id, read(id, own, [...at, id])]];
        const meant = nearest(
          id,
          rules.map((rule) => rule.id),
        );
        const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
        this.reportKey([...at, id], `is no rule${hint} docs/policies.md lists them`);
        return [];
      }),
    );
  }

  private mapping(value: unknown, at: At, known?: readonly string[]): Mapping {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      this.report(at, `must be a mapping; got ${JSON.stringify(value)}`);
      return {};
    }
    for (const key of Object.keys(value)) {
      if (known === undefined || known.includes(key)) continue;
      const meant = nearest(key, known);
      this.reportKey(
        [...at, key],
        `is not known here${meant === undefined ? `; there is ${anyOf(known)}` : `; did you mean ${meant}?`}`,
      );
    }
    return value as Mapping;
  }

  private texts(value: unknown, at: At): readonly string[] {
    if (value === undefined) return [];
    if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
    this.report(at, `must be a list of texts; got ${JSON.stringify(value)}`);
    return [];
  }

  private certificate(file: string, at: At): readonly string[] {
    // A variable that is empty stands for none.
    if (file === "") return [];
    try {
      return [readFileSync(path.resolve(this.folder, file), "utf8")];
    } catch (cause) {
      this.report(at, `can't be read: ${cause instanceof Error ? cause.message : String(cause)}`);
      return [];
    }
  }

  private reportKey(at: At, message: string): void {
    this.findings.push(errorAtKey(at, message));
  }

  private report(at: At, message: string): void {
    this.findings.push(error(at, message));
  }
}
