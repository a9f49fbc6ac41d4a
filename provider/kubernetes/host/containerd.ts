import type { ContainerdSettings } from "../../sdk/kubernetesShapes";
import { authorityFile } from "../../registry/authorities";
import { cgroupDriver, type NodeFacts } from "../nodeFacts";

export const configFile = "/etc/containerd/config.toml";
export const networkTemplateFile = "/etc/containerd/slipway-network.conflist";
export const registriesFolder = "/etc/containerd/certs.d";

/** A text as a TOML string: JSON's escapes are among TOML's. */
const toml = (text: string) => JSON.stringify(text);

/**
 * containerd's configuration, in the version that containerd 1.6 and 1.7 speak: the container runtime interface with
 * the cgroup driver that the host's kubelet has, too.
 */
export function containerdConfig(
  { sandboxImage, podNetwork }: ContainerdSettings,
  facts: NodeFacts,
): string {
  const cri = `plugins."io.containerd.grpc.v1.cri"`;
  return `# Written by Slipway; changes are overwritten.
version = 2

[${cri}]
sandbox_image = ${toml(sandboxImage)}

[${cri}.containerd]
default_runtime_name = "runc"

[${cri}.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"

[${cri}.containerd.runtimes.runc.options]
SystemdCgroup = ${String(cgroupDriver(facts) === "systemd")}

[${cri}.cni]
bin_dir = "/opt/cni/bin"
conf_dir = "/etc/cni/net.d"
${podNetwork === null ? "" : `# Filled in with the node's range when the kubelet has been given one.\nconf_template = ${toml(networkTemplateFile)}\n`}
[${cri}.registry]
config_path = ${toml(registriesFolder)}
`;
}

/**
 * The pods' network on one node, as a template of containerd. Point to point, so that traffic between pods of a node
 * passes the rules of services like all other traffic, without br_netfilter. Leases of addresses end with a reboot, as
 * the pods do.
 */
export function networkTemplate(mtu: number): string {
  const conflist = {
    cniVersion: "0.4.0",
    name: "slipway",
    plugins: [
      {
        type: "ptp",
        ipMasq: false,
        mtu,
        ipam: {
          type: "host-local",
          dataDir: "/run/cni-ipam-state",
          ranges: [[{ subnet: "{{.PodCIDR}}" }]],
          routes: [{ dst: "0.0.0.0/0" }],
        },
      },
      { type: "portmap", capabilities: { portMappings: true } },
    ],
  };
  return `${JSON.stringify(conflist, null, 2)}\n`;
}

const upstream: Readonly<Record<string, string>> = { "docker.io": "https://registry-1.docker.io" };

/** `hosts.toml` of each registry, by registry: its mirrors first, then the registry itself. */
export function hostsFiles({
  mirrors,
  insecureRegistries,
  authorities = {},
}: ContainerdSettings): ReadonlyMap<string, string> {
  const insecure = new Set(insecureRegistries);
  const trusted = new Set(Object.keys(authorities));
  const registries = [
    ...new Set([...Object.keys(mirrors), ...insecureRegistries, ...trusted]),
  ].sort();
  return new Map(
    registries.map((registry) => {
      const own = mirrors[registry] ?? [];
      // Where http is as good as https, the registry is spoken to by http.
      const server = insecure.has(registry)
        ? `http://${registry}`
        : (upstream[registry] ?? `https://${registry}`);
      const targets = own.length > 0 ? own : [server];
      return [registry, hostsFile(server, targets, { insecure, trusted })];
    }),
  );
}

function hostsFile(
  server: string,
  targets: readonly string[],
  { insecure, trusted }: Readonly<Record<"insecure" | "trusted", ReadonlySet<string>>>,
): string {
  const blocks = targets.map((target) => {
    const { host, pathname } = new URL(target);
    return [
      `[host.${toml(target.replace(/\/+$/, ""))}]`,
      `capabilities = ["pull", "resolve"]`,
      // containerd puts /v2 behind a path, unless the path names it already (Harbor's https://…/v2/<project>).
      ...(/^\/v2(\/|$)/.test(pathname) ? ["override_path = true"] : []),
      ...(insecure.has(host) && target.startsWith("https:") ? ["skip_verify = true"] : []),
      ...(trusted.has(host) ? [`ca = ${toml(authorityFile(registriesFolder, host))}`] : []),
    ].join("\n");
  });
  return `# Written by Slipway; changes are overwritten.\nserver = ${toml(server)}\n\n${blocks.join("\n\n")}\n`;
}
