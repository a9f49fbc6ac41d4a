import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../server/failure";
import type { Context } from "../server/handler";
import type { Connection } from "../transport/types";
import { daemonFile, type Applying } from "./daemon";

/** Time for an engine to start and answer, seconds. */
const startLimit = 90;

const previous = `${daemonFile}.before-slipway-change`;

/**
 * Folders that parts of the platform mount, and so have to be there: where whatever is done on a machine leaves word of it
 * for monitoring, and where collectors of logs have their positions and what waits.
 */
const metricsFolder = "/var/lib/slipway/metrics";
const loggingFolder = "/var/lib/slipway/logging";

/** Keeps the settings that the running engine was started with, to go back to them. */
export const keepPrevious = `if [ -e ${daemonFile} ]; then cp -p ${daemonFile} ${previous}; else rm -f ${previous}; fi
install -d -m 755 ${metricsFolder}
install -d -m 700 ${loggingFolder}`;

/** A restart with settings that the engine refuses would leave the host without an engine: then the old ones come back. */
const restartScript = `if ! timeout ${startLimit} systemctl restart docker.service; then
  journalctl -u docker.service -n 15 --no-pager -o cat >&2
  if [ -e ${previous} ]; then
    mv -f ${previous} ${daemonFile}
    systemctl reset-failed docker.service
    systemctl restart docker.service && echo "the previous ${daemonFile} is back in place" >&2
  fi
  exit 1
fi`;

const startScript = `systemctl enable --quiet docker.service
if ! timeout ${startLimit} systemctl start docker.service; then
  journalctl -u docker.service -n 15 --no-pager -o cat >&2
  exit 1
fi`;

/** Makes the engine run with what stands in its file. */
export async function applySettings(connection: Connection, applying: Applying): Promise<void> {
  const timeoutSeconds = 2 * startLimit + 30;
  switch (applying) {
    case "nothing":
      await connection.must("starting the engine", startScript, { timeoutSeconds });
      return;
    case "reload":
      await connection.must("reloading the engine's settings", "systemctl reload docker.service");
      return;
    case "restart":
      await connection.must("restarting the engine", restartScript, { timeoutSeconds });
      return;
  }
}

/** Waits until the engine's API answers, and says which version it is. */
export async function awaitEngine(context: Context, connection: Connection): Promise<string> {
  const deadline = performance.now() + startLimit * 1000;
  for (let pause = 200; ; pause = Math.min(pause * 1.5, 3000)) {
    context.signal.throwIfAborted();
    try {
      const { Version } = await connection.docker.version();
      return Version;
    } catch (error) {
      if (performance.now() + pause > deadline) {
        throw new Error(
          `${connection.machine}: the engine does not answer after ${startLimit} s: ${messageOf(error)}`,
          { cause: error },
        );
      }
    }
    await sleep(pause, undefined, { signal: context.signal });
  }
}
