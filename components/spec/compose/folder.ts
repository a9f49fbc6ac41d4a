import { realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { reasonForReading } from "../text";

/** The project folder: what paths start from, and what files may not leave. */
export class Folder {
  /** Absolute. */
  readonly root: string;
  /** The same as its user named it, for messages. */
  private readonly named: string;

  constructor(firstFile: string, projectDirectory: string | undefined) {
    this.named = projectDirectory ?? path.dirname(firstFile);
    this.root = path.resolve(this.named);
  }

  /** A path as its user would write it: by the way that the project folder was named. */
  shown(absolute: string): string {
    return path.isAbsolute(this.named)
      ? absolute
      : path.join(this.named, path.relative(this.root, absolute));
  }

  /** Why a file can't be used: it is outside of the folder, or not readable; undefined when it can. */
  complaint(absolute: string): string | undefined {
    if (!isWithin(this.root, absolute)) return `leads to ${this.outside(absolute)}`;
    try {
      if (statSync(absolute).isDirectory()) {
        return `${this.shown(absolute)} is a folder; name a file`;
      }
      const real = realpathSync(absolute);
      if (isWithin(realpathSync(this.root), real)) return undefined;
      return `${this.shown(absolute)} is a link to ${this.outside(real)}`;
    } catch (cause) {
      return `${this.shown(absolute)} can't be read: ${reasonForReading(cause)}`;
    }
  }

  isMissing(absolute: string): boolean {
    return statSync(absolute, { throwIfNoEntry: false }) === undefined;
  }

  private outside(file: string): string {
    return `${file}, which is outside of the project folder ${this.root}; move the file into it`;
  }
}

function isWithin(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

/** An absolute path from one that starts at a folder, at the root or at `~`. */
export function absolutePath(folder: string, text: string): string {
  if (text.startsWith("~")) return path.resolve(path.join(homedir(), text.slice(1)));
  return path.isAbsolute(text) ? text : path.resolve(folder, text);
}
