import type { Connection } from "../transport/types";
import { overrideForLab, parseFacts, type Gathered } from "./facts";
import { factsScript } from "./script";

/** Time for a machine to finish cloud-init and to answer, seconds. */
const limit = 240;

/** Asks a host for its facts. */
export async function gather(connection: Connection): Promise<Gathered> {
  const before = Date.now() / 1000;
  const output = await connection.must("gathering facts", factsScript, { timeoutSeconds: limit });
  const after = Date.now() / 1000;
  try {
    const gathered = parseFacts(output, { before, after });
    return process.env.SLIPWAY_LAB === "1" ? overrideForLab(gathered, output) : gathered;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${connection.machine} (${connection.address}): ${reason}`, { cause: error });
  }
}
