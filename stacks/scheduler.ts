import { Scheduler } from "../components/scheduler";
import type { SchedulerSpec, SwarmClusterSpec } from "../components/spec";
import type { PlatformPlace } from "./platform";

/** What starts the jobs of applications at their times, as `cluster.yml` asks for it. */
export function scheduler(
  spec: SwarmClusterSpec,
  wanted: SchedulerSpec,
  { provider, dependsOn }: PlatformPlace,
): void {
  new Scheduler(
    `${spec.name}-scheduler`,
    {
      spec: wanted,
      mirror: spec.platform.mirror,
      encryptOverlays: spec.swarm.encryptOverlays,
    },
    { providers: [provider()], dependsOn },
  );
}
