import { stringify } from "yaml";
import { api } from "../platform/apiFilter";
import type { IngressSpec } from "../spec";
import { networks, paths } from "./names";
import { sharedMiddlewares, staticConfiguration, tlsSection } from "./traefikConfig";

/**
 * How fast Traefik follows the Swarm.
 *
 * The Swarm tells nobody of tasks that come and go: Traefik asks, and knows of a change `refreshSeconds` and a throttle
 * later. Until then it sends requests to a task that is to stop. Such a task goes on for `engineSeconds` before it gets
 * its SIGTERM: Docker waits that long for its own name service (`defaultGossipConvergeDelay` in moby's
 * daemon/cluster/executor/container/controller.go). As long as Traefik is faster, no application has to do anything but
 * finish what is under way when SIGTERM comes. Seen: none lost with 1 s, some with 5 s.
 */
export const pace = { refreshSeconds: 1, throttleMs: 200, engineSeconds: 2 } as const;

/** Traefik knows of a new service, or of changed labels, within this time: `pace` needs as much of it anyway. */
export const discoverySeconds = pace.engineSeconds;

/** Traefik's static configuration on a Swarm. */
export function swarmStaticConfiguration(
  spec: Pick<IngressSpec, "trustedProxies" | "accessLog" | "dashboard">,
): string {
  return staticConfiguration(spec, {
    dynamic: paths.dynamic,
    throttleMs: pace.throttleMs,
    provider: {
      swarm: {
        endpoint: `tcp://${api.host}:${api.port}`,
        exposedByDefault: false,
        network: networks.applications,
        refreshSeconds: pace.refreshSeconds,
        // Without it a manager that died in the middle of an answer would be waited for without end.
        httpClientTimeout: "5s",
      },
    },
  });
}

/** Traefik's dynamic configuration on a Swarm: what does not come from labels of services. */
export function swarmDynamicConfiguration(spec: Pick<IngressSpec, "tls" | "httpsPort">): string {
  return stringify({
    http: { middlewares: sharedMiddlewares(spec) },
    ...tlsSection(spec, { certFile: paths.certificate, keyFile: paths.key }),
  });
}
