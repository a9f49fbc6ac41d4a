/** Redraws what the documentation generates: `npm run docs`. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { instance } from "@viz-js/viz";

/** The architecture picture as SVG, from its Graphviz source. */
export async function architectureSvg(): Promise<string> {
  const source = await readFile(path.join(__dirname, "architecture.dot"), "utf8");
  return (await instance()).renderString(source, { format: "svg", engine: "dot" });
}

async function main(): Promise<void> {
  await writeFile(path.join(__dirname, "architecture.svg"), await architectureSvg());
}

if (require.main === module) void main();
