import type { KubernetesArgs } from "../../../../components/application/kubernetes";
import type { ComposeProject } from "../../../../components/spec";
import { pinned, plan } from "../support/compose";
import { args, withServices } from "./support";

const base64 = (text: string) => Buffer.from(text).toString("base64");

/** One service with nearly every field, and the others that it takes to have every kind of object. */
export function full(): KubernetesArgs {
  const of = project();
  const images = Object.values(of.services).map(({ image = "" }) => image);
  return args(of, {
    hasLoadBalancer: true,
    registries: {
      "registry.test": { username: "shop", password: "pass" },
      "docker.io": { username: "unused", password: "pass" },
    },
    plan: {
      ...plan(of),
      applicationVersion: "2.0.1",
      images: Object.fromEntries(images.map((image) => [image, pinned(image)])),
      configs: {
        settings: base64("a: 1\n"),
        "logo.png": Buffer.from([0x89, 0x50, 0xff]).toString("base64"),
      },
      secrets: { key: base64("secret") },
    },
  });
}

function project(): ComposeProject {
  return withServices(
    {
      web_app: {
        command: ["serve", "--price", "$(PRICE)"],
        entrypoint: ["/init"],
        working_dir: "/srv",
        environment: { A: "1=x", B: null, POD: "{{.Task.Name}}", WHERE: "on {{.Node.Hostname}}" },
        user: "1000:1001",
        group_add: ["44"],
        tty: true,
        stdin_open: true,
        read_only: true,
        init: true,
        hostname: "web",
        stop_grace_period: "1m30s",
        cap_add: ["CAP_NET_BIND_SERVICE"],
        sysctls: { "net.ipv4.tcp_syncookies": "1" },
        labels: { team: "shop", "com.example.note": "not a label's value" },
        annotations: { "example.com/owner": "shop team" },
        extra_hosts: ["db.example.com=10.0.0.5", "mail.example.com=10.0.0.5"],
        dns: ["10.0.0.2"],
        dns_search: ["example.com"],
        dns_opt: ["ndots:2", "rotate"],
        healthcheck: {
          test: ["CMD-SHELL", "curl -f localhost || exit 1"],
          interval: "10s",
          timeout: "1.5s",
          retries: 2,
          start_period: "1m0s",
        },
        ports: [
          { mode: "ingress", target: 8080, published: "30080", protocol: "tcp", name: "http" },
          { mode: "ingress", target: 53, published: "53", protocol: "udp", app_protocol: "dns" },
        ],
        expose: ["9000-9001"],
        networks: { front: { aliases: ["www"] }, partners: null },
        configs: [
          { source: "settings", target: "/etc/shop.yml", gid: "1001", mode: "0440" },
          { source: "logo.png" },
        ],
        secrets: [{ source: "key", target: "signing", mode: "0400" }],
        tmpfs: ["/tmp:size=64m", "/run"],
        volumes: [{ type: "volume", target: "/scratch" }],
        depends_on: {
          db: { condition: "service_healthy", required: true },
          seed: { condition: "service_completed_successfully", required: true },
        },
        deploy: {
          mode: "replicated",
          labels: { "example.com/cost-centre": "17" },
          update_config: { parallelism: 2, delay: "10s", order: "start-first" },
          resources: {
            limits: { cpus: 1.5, memory: "134217728" },
            reservations: { cpus: 0.25, memory: "67108864" },
          },
          placement: {
            constraints: ["node.labels.gpu == yes", "node.platform.arch == x86_64"],
            preferences: [{ spread: "node.labels.zone" }],
            max_replicas_per_node: 1,
          },
        },
        "x-slipway": {
          liveness: { tcp: { port: 8080 }, interval: "20s", initialDelay: "5s" },
          autoscale: { min: 2, max: 6, cpuPercent: 70 },
          ingress: [
            { host: "shop.test", path: "/", port: 8080, tls: true, healthPath: "/readyz" },
            { host: "*.shop.test", path: "/api", port: 9000, tls: true },
            { host: "plain.test", path: "/", port: 8080, tls: false },
          ],
        },
      },
      db: {
        networks: { back: { aliases: ["database"] } },
        volumes: [
          { type: "volume", source: "data", target: "/var/lib/db" },
          { type: "volume", source: "archive", target: "/archive", read_only: true },
        ],
        deploy: { resources: { limits: { memory: "67108864" } }, placement: {} },
      },
      seed: { networks: { back: null }, restart: "on-failure:3" },
      agent: {
        networks: { front: null },
        deploy: { mode: "global", resources: {}, placement: {} },
      },
    },
    {
      networks: {
        front: { name: "shop_front", ipam: {}, labels: { zone: "dmz" } },
        back: { name: "shop_back", ipam: {}, internal: true },
        partners: { name: "partners", ipam: {}, external: true },
      },
      volumes: {
        data: { name: "shop_data", driver: "fast", "x-slipway": { size: "21474836480" } },
        archive: { name: "archive", external: true },
      },
      configs: { settings: { name: "shop_settings" }, "logo.png": { name: "shop_logo.png" } },
      secrets: { key: { name: "shop_key", labels: { rotate: "yearly" } } },
      "x-slipway": {
        version: "1.1.0",
        jobs: {
          migrate: { when: "before", service: "db", command: ["migrate"], timeout: "5m0s" },
          report: { when: "schedule", service: "db", command: ["report"], schedule: "0 3 * * *" },
          warm: { when: "after", service: "web_app", command: ["warm"] },
        },
      },
    },
  );
}
