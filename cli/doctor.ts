import { spawn } from "node:child_process";
import path from "node:path";
import { failed } from "./exit";

/** Lets the tool chain tell about itself: which parts are used, from where, and which Slipway built. */
export async function runDoctor({ json }: { readonly json: boolean }): Promise<void> {
  const start = path.join(__dirname, "..", "components", "runtime", "preload.cjs");
  const program = path.join(__dirname, "..", "tools", "main.ts");
  const code = await new Promise<number | null>((resolve, reject) => {
    const args = ["--require", start, program, "doctor", ...(json ? ["--json"] : [])];
    spawn(process.execPath, args, { stdio: "inherit" }).on("error", reject).on("close", resolve);
  });
  if (code !== 0) throw failed("the tool chain is not in order; the lines above say why");
}
