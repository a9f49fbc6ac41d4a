/**
 * What Prometheus and json-exporter may ask the Swarm, for reading: lists of services, tasks, nodes and networks. All of
 * them, with the environment of each service: discovery wants whole lists. Versions of the API stay in the path, as client
 * and engine have agreed on one.
 */
export const apiRules = `  acl asks path_reg ^(/v[0-9.]+)?/(services|tasks|nodes|networks)$
  http-request deny unless { path /_ping } METH_GET or asks METH_GET
`;
