import { stringify } from "yaml";

/**
 * A Compose file with so many services, each of which uses what services mostly use.
 *
 * @param alter What becomes of each.
 */
export function manyServices(
  count: number,
  image: string,
  alter: (service: Service) => object = (service) => service,
): string {
  const services = Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `service-${String(index).padStart(3, "0")}`,
      alter(service(index, image)),
    ]),
  );
  return stringify({
    "x-slipway": { version: "1.0.0" },
    services,
    networks: { back: { driver: "overlay" } },
    configs: { settings: { content: "level=info" } },
  });
}

export type Service = ReturnType<typeof service>;

function service(index: number, image: string) {
  return {
    image,
    command: ["api"],
    environment: { LOG_LEVEL: "${LOG_LEVEL:-info}", NUMBER: String(index) },
    networks: ["back"],
    configs: [{ source: "settings", target: "/settings" }],
    stop_grace_period: "3s",
    healthcheck: {
      test: ["CMD", "/hello", "healthcheck"],
      interval: "10s",
      timeout: "2s",
      retries: 3,
      start_period: "2s",
    },
    labels: { "com.example.team": "shop" },
    deploy: {
      replicas: 1,
      endpoint_mode: "dnsrr",
      labels: { "com.example.number": String(index) },
      update_config: { parallelism: 1, order: "start-first", monitor: "1s" },
      resources: { limits: { cpus: "0.25", memory: "32M" } },
    },
  };
}
