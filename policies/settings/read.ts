import path from "node:path";
import { readCaCertificates } from "../../components/spec/cluster/caCertificates";
import { error, errorAtKey, type Finding } from "../../components/spec/finding";
import type { Source } from "../../components/spec/source";
import { anyOf, nearest, quote } from "../../components/spec/words";
import { levels, type Level } from "../core/levels";
import { defaultsOf, mistakeIn, type ParameterValues } from "../core/parameters";
import { rules, ruleOf } from "../rules";
import { listed } from "./listed";
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
    // Whole numbers come first in an object of JavaScript, whatever stands first in the file.
    for (const name of Object.keys(environments).filter((one) => /^\d+$/.test(one)))
      this.reportKey(["environments", name], "is a number; give it a name with a letter");
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
        ca: this.certificates(registries.caCertificates, ["registries", "caCertificates"]),
        insecure: this.texts(registries.insecure, ["registries", "insecure"]),
      },
    };
  }

  private environment(value: unknown, at: At): EnvironmentSettings {
    const all = this.mapping(value, at, ["stacks", "level", "levels", "parameters", "admission"]);
    const given = all.stacks ?? [];
    const stacks = this.texts(given, [...at, "stacks"]);
    if (isMapping(value) && Array.isArray(given) && given.length === 0)
      this.report([...at], "names no Pulumi stacks; list them under `stacks`, with * for any text");
    const { admission = false } = all;
    if (typeof admission !== "boolean")
      this.report([...at, "admission"], `must be true or false; got ${quote(admission)}`);
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
    this.report(at, `must be ${anyOf(levels)}; got ${quote(value)}`);
    return "mandatory";
  }

  private parameters(id: string, given: unknown, at: At): ParameterValues {
    const declared = ruleOf(id)?.parameters ?? {};
    const values = this.mapping(given, at);
    const right: Record<string, ParameterValues[string]> = {};
    for (const [name, value] of Object.entries(values)) {
      const parameter = Object.hasOwn(declared, name) ? declared[name] : undefined;
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
    this.bounds({ ...defaultsOf(declared), ...right }, Object.keys(right), at);
    return right;
  }

  /** Of a lower and an upper bound (`minCpus`, `maxCpus`), the one that is set last leaves room for the other. */
  private bounds(all: ParameterValues, given: readonly string[], at: At): void {
    for (const [name, least] of Object.entries(all)) {
      const upper = name.replace(/^min/, "max");
      const most = upper === name ? undefined : all[upper];
      if (typeof least !== "number" || typeof most !== "number" || least <= most) continue;
      const wrong = [upper, name].find((one) => given.includes(one));
      if (wrong === undefined) continue;
      this.report([...at, wrong], `leaves nothing: ${name} is ${least}, and ${upper} ${most}`);
    }
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
        this.reportKey([...at, id], `is no rule; ${listed(meant)}`);
        return [];
      }),
    );
  }

  private mapping(value: unknown, at: At, known?: readonly string[]): Mapping {
    if (!isMapping(value)) {
      const names = known === undefined ? "" : ` with ${anyOf(known)}`;
      this.report(at, `must be a mapping${names}; got ${quote(value)}`);
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
    return value;
  }

  private texts(value: unknown, at: At): readonly string[] {
    if (value === undefined) return [];
    if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
    this.report(at, `must be a list of texts; got ${quote(value)}`);
    return [];
  }

  /** PEM of the files that are named; an empty name, as a variable may leave it, stands for none. */
  private certificates(value: unknown, at: At): readonly string[] {
    const files = this.texts(value, at).map((file) => (file === "" ? undefined : file));
    const { certificates, findings } = readCaCertificates(this.folder, files, at);
    this.findings.push(...findings);
    return certificates.map(({ pem }) => pem);
  }

  private reportKey(at: At, message: string): void {
    this.findings.push(errorAtKey(at, message));
  }

  private report(at: At, message: string): void {
    this.findings.push(error(at, message));
  }
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
