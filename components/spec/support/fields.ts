import { serviceFields } from "./serviceFields";
import type { FieldSupport, Honoured } from "./types";

const honours: Honoured = { does: "honours" };
const how = (text: string): Honoured => ({ does: "honours", how: text });

/** Fields outside of services. */
const topLevel: readonly FieldSupport[] = [
  {
    field: "name",
    swarm: how("the name of the application is that of the Pulumi stack, or `slipway:application`"),
    kubernetes: how("as on Swarm; it is the namespace, with `-` for `_`"),
  },
  {
    field: "networks.*.driver",
    swarm: { does: "refuses", why: "is no overlay network: Swarm services need `overlay`" },
    kubernetes: how("one pod network for all; who may talk to whom is a NetworkPolicy"),
    when: (value) => value !== "overlay",
  },
  {
    field: "networks.*.driver_opts",
    swarm: how("`encrypted` needs ESP in every node's kernel"),
    kubernetes: {
      does: "ignores",
      why: "the pod network has its own settings; encryption is one of the cluster",
    },
  },
  {
    field: "networks.*.internal",
    swarm: honours,
    kubernetes: how("a NetworkPolicy without a way out, for services that have no other network"),
  },
  {
    field: "networks.*.attachable",
    swarm: honours,
    kubernetes: { does: "ignores", why: "every pod of the namespace is on the pod network" },
  },
  {
    field: "networks.*.external",
    swarm: how("it must exist"),
    kubernetes: how(
      "services of all applications on it may talk to each other, as `<service>.<application>`",
    ),
  },
  {
    field: "networks.*.ipam",
    swarm: honours,
    kubernetes: { does: "ignores", why: "addresses are the cluster's" },
  },
  {
    field: "networks.*.enable_ipv6",
    swarm: { does: "refuses", why: "overlay networks have IPv4 only; remove it" },
    kubernetes: { does: "ignores", why: "address families are the cluster's" },
    when: (value) => value === true,
  },
  {
    field: "networks.*.enable_ipv4",
    swarm: { does: "refuses", why: "overlay networks have IPv4; remove it" },
    kubernetes: { does: "ignores", why: "address families are the cluster's" },
    when: (value) => value === false,
  },
  { field: "networks.*.labels", swarm: honours, kubernetes: honours },
  {
    field: "volumes.*.driver",
    swarm: how("the plugin must be on the nodes"),
    kubernetes: how("the name of a storage class; the cluster's own for `local`"),
  },
  {
    field: "volumes.*.driver_opts",
    swarm: honours,
    kubernetes: how("`nfs`, `tmpfs` and `bind` of Docker's local driver; others are an error"),
  },
  {
    field: "volumes.*.external",
    swarm: honours,
    kubernetes: how("a PersistentVolumeClaim that must exist"),
  },
  { field: "volumes.*.labels", swarm: honours, kubernetes: honours },
  {
    field: "configs.*",
    swarm: how("a Swarm config, named by its content"),
    kubernetes: how(
      "a ConfigMap, named by its content, of at most 1 MiB; of an external one the key is the config's",
    ),
  },
  {
    field: "configs.*.template_driver",
    swarm: honours,
    kubernetes: { does: "refuses", why: "Kubernetes fills nothing in; write the value out" },
  },
  {
    field: "secrets.*",
    swarm: how("a Swarm secret, named by its content"),
    kubernetes: how(
      "a Secret, named by its content, of at most 1 MiB; of an external one the key is the secret's",
    ),
  },
  {
    field: "secrets.*.driver",
    swarm: { does: "refuses", why: "secret drivers are not supported; bring the value along" },
    kubernetes: { does: "refuses", why: "secret drivers are not supported; bring the value along" },
  },
  {
    field: "secrets.*.template_driver",
    swarm: honours,
    kubernetes: { does: "refuses", why: "Kubernetes fills nothing in; write the value out" },
  },
  {
    field: "models",
    swarm: { does: "refuses", why: "models are no part of a deployment; run one as a service" },
    kubernetes: {
      does: "refuses",
      why: "models are no part of a deployment; run one as a service",
    },
  },
];

/** What becomes of every field of the Compose Specification. */
export const fields: readonly FieldSupport[] = [...topLevel, ...serviceFields];
