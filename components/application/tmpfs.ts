import { bytes } from "./quantities";

/** The short form of Compose's `tmpfs`: a path, and options of mount(8) after a colon. */
export interface Tmpfs {
  readonly target: string;
  readonly sizeBytes?: number;
  /** Permissions of the folder. */
  readonly mode?: number;
}

export function parseTmpfs(text: string): Tmpfs {
  const [target = "", ...rest] = text.split(":");
  const options = new Map<string, string | undefined>();
  for (const option of rest.join(":").split(",").filter(Boolean)) {
    const [name = "", value] = option.split("=");
    options.set(name, value);
  }
  const size = options.get("size");
  const mode = options.get("mode");
  return {
    target,
    ...(size !== undefined && { sizeBytes: bytes(size) }),
    ...(mode !== undefined && { mode: parseInt(mode, 8) }),
  };
}
