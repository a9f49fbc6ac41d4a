import type { Variables } from "../interpolation";
import type { Path, Problem, Severity } from "../problem";
import { Folder } from "./folder";
import { Origins, type Origin, problemAt } from "./tree/origins";

/** Options of `loadCompose`. */
export interface LoadComposeOptions {
  /** Variables for `${NAME}` in the files. Nothing else is read: pass the environment if it is to count. */
  readonly variables: Variables;
  /** Active profiles; `*` is all of them. Default: none. */
  readonly profiles?: readonly string[];
  /** Folder that paths start from and that files must be in. Default: the folder of the first file. */
  readonly projectDirectory?: string;
  /** Name of the project. Default: `name` in the files, or else that of the project folder. */
  readonly projectName?: string;
  /** What a variable without value and default is: an error (the default), or as in Compose an empty text. */
  readonly unset?: "error" | "empty";
}

/** What one load has in common: where values come from, and what is wrong with them. */
export class Loading {
  readonly origins = new Origins();
  readonly problems: Problem[] = [];
  /** Paths of values that were taken out because they are not sound, which is reported. */
  readonly unsound = new Set<string>();
  readonly folder: Folder;
  readonly unset: "error" | "empty";
  /** Files in the order in which they were read. */
  readonly files: string[] = [];

  constructor(first: string, options: LoadComposeOptions) {
    this.folder = new Folder(first, options.projectDirectory);
    this.unset = options.unset ?? "error";
  }

  report(origin: Origin, path: Path, message: string, severity: Severity = "error"): void {
    this.problems.push(problemAt(origin, path, message, { severity }));
  }

  /** About the name of a property, not its value. */
  reportKey(origin: Origin, path: Path, message: string, severity: Severity = "error"): void {
    this.problems.push(problemAt(origin, path, message, { severity, atKey: true }));
  }

  get failed(): boolean {
    return this.problems.some(({ severity }) => severity === "error");
  }
}
