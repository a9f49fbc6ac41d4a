import { readFileSync } from "node:fs";
import path from "node:path";

/** Version of the package that this command belongs to. */
export function packageVersion(): string {
  const file = path.join(__dirname, "..", "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
