import type Docker from "dockerode";
import { callEngine } from "./engineApi";
import { localState, type Managers } from "./managers";

/** The key that managers need to start with autolock; `undefined` without autolock. A secret. */
export async function unlockKey(managers: Managers): Promise<string | undefined> {
  const answer = await managers.call((docker) =>
    callEngine(docker, { method: "GET", path: "/swarm/unlockkey" }),
  );
  const { UnlockKey } = answer as { UnlockKey?: string };
  return UnlockKey === "" ? undefined : UnlockKey;
}

/** Unlocks an engine that has been restarted, if it is locked. */
export async function unlock(docker: Docker, key: string): Promise<void> {
  if ((await localState(docker)).state !== "locked") return;
  await callEngine(docker, { method: "POST", path: "/swarm/unlock", body: { UnlockKey: key } });
}
