import { stringify } from "yaml";
import { passwordHash } from "../accounts";
import { ports, users, type User } from "../names";
import { indexPattern } from "../indexes";
import { files, paths, pathOf } from "./paths";

/** What the certificate's files are called for the program: it wants them relative to its configuration. */
const tlsFile = (file: string) => `tls/${file}`;

/** `opensearch.yml`: one node, which is all there is of the store. */
export function storeSettings(): string {
  const tls = (layer: "transport" | "http") => ({
    [`plugins.security.ssl.${layer}.pemcert_filepath`]: tlsFile(files.certificate),
    [`plugins.security.ssl.${layer}.pemkey_filepath`]: tlsFile(files.key),
    [`plugins.security.ssl.${layer}.pemtrustedcas_filepath`]: tlsFile(files.authority),
  });
  return stringify(
    {
      "cluster.name": "slipway-logging",
      "node.name": "store",
      "discovery.type": "single-node",
      "path.data": paths.data,
      // Otherwise the machine would need another limit of its kernel (vm.max_map_count).
      "node.store.allow_mmap": false,
      "network.host": "0.0.0.0",
      "http.port": ports.store,
      // Nobody else is of this cluster.
      "transport.host": "127.0.0.1",
      ...tls("transport"),
      "plugins.security.ssl.transport.enforce_hostname_verification": false,
      "plugins.security.ssl.http.enabled": true,
      ...tls("http"),
      // Users and rights come from the files at the first start, and are the store's own from then on.
      "plugins.security.allow_default_init_securityindex": true,
      "plugins.security.restapi.roles_enabled": ["all_access"],
      // Whole indexes go by their names only.
      "action.destructive_requires_name": true,
    },
    { lineWidth: 0 },
  );
}

type SecurityFile = (typeof files.security)[number];

const versionOf = (type: string) => ({ _meta: { type, config_version: 2 } });

/** The files of the security plugin, by name. */
export function securityFiles(
  cluster: string,
  seed: string,
): Readonly<Record<SecurityFile, string>> {
  const patterns = [indexPattern(cluster)];
  const internalUser = (user: User, description: string, backendRoles: readonly string[] = []) => ({
    [users[user]]: {
      hash: passwordHash(user, seed),
      reserved: true,
      ...(backendRoles.length > 0 && { backend_roles: backendRoles }),
      description,
    },
  });
  const mapped = (...names: readonly User[]) => ({
    reserved: true,
    users: names.map((name) => users[name]),
  });
  const texts: Readonly<Record<SecurityFile, object>> = {
    "action_groups.yml": versionOf("actiongroups"),
    "tenants.yml": versionOf("tenants"),
    "config.yml": {
      ...versionOf("config"),
      config: {
        dynamic: {
          authc: {
            basic_internal_auth_domain: {
              description: "Accounts of this store, by name and password",
              http_enabled: true,
              transport_enabled: true,
              order: 0,
              http_authenticator: { type: "basic", challenge: true },
              authentication_backend: { type: "internal" },
            },
          },
        },
      },
    },
    "internal_users.yml": {
      ...versionOf("internalusers"),
      ...internalUser("admin", "Slipway, which tells the store what to do with lines"),
      ...internalUser("collector", "Collectors on the nodes, which add lines"),
      ...internalUser("keeper", "Retention, which removes days that are too old or too many"),
      ...internalUser("reader", "slipway logs, Grafana and people in Dashboards, who read them"),
      ...internalUser("dashboards", "OpenSearch Dashboards itself"),
    },
    "roles.yml": {
      ...versionOf("roles"),
      [users.collector]: {
        cluster_permissions: ["indices:data/write/bulk"],
        index_permissions: [
          {
            index_patterns: patterns,
            // Each day's index is made by its first line.
            allowed_actions: [
              "indices:data/write/bulk*",
              "indices:data/write/index",
              "indices:admin/auto_create",
              "indices:admin/create",
            ],
          },
        ],
      },
      [users.keeper]: {
        cluster_permissions: [],
        index_permissions: [
          {
            index_patterns: patterns,
            allowed_actions: ["indices:monitor/stats", "indices:admin/delete"],
          },
        ],
      },
      [users.reader]: {
        // Grafana asks who the store is, whether it is well, and which fields there are.
        cluster_permissions: [
          "cluster_composite_ops_ro",
          "cluster:monitor/main",
          "cluster:monitor/health",
        ],
        index_permissions: [
          {
            index_patterns: patterns,
            allowed_actions: ["read", "indices:admin/mappings/get"],
          },
        ],
      },
    },
    "roles_mapping.yml": {
      ...versionOf("rolesmapping"),
      all_access: mapped("admin"),
      kibana_server: mapped("dashboards"),
      kibana_user: mapped("reader"),
      [users.collector]: mapped("collector"),
      [users.keeper]: mapped("keeper"),
      [users.reader]: mapped("reader"),
    },
  };
  return Object.fromEntries(
    Object.entries(texts).map(([file, content]) => [
      file,
      // The plugin knows no references within a file.
      stringify(content, { lineWidth: 0, aliasDuplicateObjects: false }),
    ]),
  ) as Record<SecurityFile, string>;
}

/** Heap of Java: half of what there is, as files are cached in the rest. */
export function heapMiB(memoryMiB: number): number {
  return Math.floor(memoryMiB / 2);
}

/** What the program needs to be told beside its configuration. */
export function storeEnvironment(memoryMiB: number): Readonly<Record<string, string>> {
  const heap = heapMiB(memoryMiB);
  return {
    OPENSEARCH_JAVA_OPTS: `-Xms${heap}m -Xmx${heap}m`,
    // The image would make users and certificates that everybody knows.
    DISABLE_INSTALL_DEMO_CONFIG: "true",
    DISABLE_PERFORMANCE_ANALYZER_AGENT_CLI: "true",
  };
}

/**
 * Whether the store is well: it asks for a password. Before it knows its users it answers 503, and a question without one
 * needs no secret.
 */
export function healthCommand(url: string): string {
  const { host } = new URL(url);
  return `[ "$(curl --silent --output /dev/null --max-time 5 --write-out '%{http_code}' --cacert ${pathOf(files.authority)} --connect-to ${host}:127.0.0.1:${ports.store} ${url}/)" = 401 ]`;
}
