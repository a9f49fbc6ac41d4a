/** Where things are in the store's container, as OpenSearch's own image has them. */
const home = "/usr/share/opensearch";
const config = `${home}/config`;

export const paths = {
  /** The image's own way to start the program. */
  entryPoint: `${home}/opensearch-docker-entrypoint.sh`,
  data: `${home}/data`,
  settings: `${config}/opensearch.yml`,
  /** Folder: what is trusted and shown must be below the configuration's. */
  tls: `${config}/tls`,
  /** Folder with the files that users and their rights are made of, once. */
  security: `${config}/opensearch-security`,
} as const;

/** Files of the store by their keys: the names that they have in the container. */
export const files = {
  settings: "opensearch.yml",
  authority: "ca.pem",
  certificate: "certificate.pem",
  key: "tls.key",
  security: [
    "action_groups.yml",
    "config.yml",
    "internal_users.yml",
    "roles.yml",
    "roles_mapping.yml",
    "tenants.yml",
  ],
} as const;

/** Where a file is in the container. */
export function pathOf(file: string): string {
  if (file === files.settings) return paths.settings;
  const isSecurity = (files.security as readonly string[]).includes(file);
  return `${isSecurity ? paths.security : paths.tls}/${file}`;
}

/** All files of the store, which are known before what is in them. */
export const storeFiles: readonly string[] = [
  files.settings,
  files.authority,
  files.certificate,
  files.key,
  ...files.security,
];

/** Who the program is in its image: OpenSearch refuses to be root. */
export const user = 1000;
