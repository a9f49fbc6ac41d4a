import type { Rule } from "../core/rule";
import imageVersion from "./applications/imageVersion";
import imageRegistry from "./applications/imageRegistry";
import imageSize from "./applications/imageSize";
import limits from "./applications/limits";
import reservations from "./applications/reservations";
import readiness from "./applications/readiness";
import liveness from "./applications/liveness";
import privileged from "./applications/privileged";
import hostNamespaces from "./applications/hostNamespaces";
import dockerSocket from "./applications/dockerSocket";
import hostPaths from "./applications/hostPaths";
import nonRoot from "./applications/nonRoot";
import readOnlyRoot from "./applications/readOnlyRoot";
import capabilities from "./applications/capabilities";
import secretVariables from "./applications/secretVariables";
import secretArguments from "./applications/secretArguments";
import replicas from "./applications/replicas";
import spread from "./applications/spread";
import updates from "./applications/updates";
import lowPorts from "./applications/lowPorts";
import duplicateVariables from "./applications/duplicateVariables";
import danglingReferences from "./applications/danglingReferences";
import logs from "./applications/logs";
import stopGrace from "./applications/stopGrace";
import sysctls from "./applications/sysctls";
import escalation from "./applications/escalation";
import seccomp from "./applications/seccomp";
import token from "./applications/token";
import disruptionBudgets from "./applications/disruptionBudgets";
import networkPolicies from "./applications/networkPolicies";
import template from "./machines/template";
import templateVersion from "./machines/templateVersion";
import size from "./machines/size";
import distinctHosts from "./machines/distinctHosts";
import guestinfo from "./machines/guestinfo";
import tags from "./machines/tags";
import dataDisks from "./machines/dataDisks";
import odd from "./clusters/odd";
import quorum from "./clusters/quorum";
import locked from "./clusters/locked";
import encryptedNetworks from "./clusters/encryptedNetworks";
import api from "./clusters/api";
import clusterVersion from "./clusters/version";
import certificates from "./clusters/certificates";
import backups from "./clusters/backups";
import registries from "./clusters/registries";
import protection from "./clusters/protection";
import registryAccess from "./clusters/registryAccess";
import throughIngress from "./stacks/throughIngress";
import separation from "./stacks/separation";
import exemptions from "./stacks/exemptions";
import capacity from "./stacks/capacity";

/** Every rule of the pack, in the order in which people read them. */
export const rules: readonly Rule[] = [
  imageVersion,
  imageRegistry,
  imageSize,
  limits,
  reservations,
  readiness,
  liveness,
  privileged,
  hostNamespaces,
  dockerSocket,
  hostPaths,
  nonRoot,
  readOnlyRoot,
  capabilities,
  secretVariables,
  secretArguments,
  replicas,
  spread,
  updates,
  lowPorts,
  duplicateVariables,
  danglingReferences,
  logs,
  stopGrace,
  sysctls,
  escalation,
  seccomp,
  token,
  disruptionBudgets,
  networkPolicies,
  template,
  templateVersion,
  size,
  distinctHosts,
  guestinfo,
  tags,
  dataDisks,
  odd,
  quorum,
  locked,
  encryptedNetworks,
  api,
  clusterVersion,
  certificates,
  backups,
  registries,
  protection,
  registryAccess,
  throughIngress,
  separation,
  capacity,
  exemptions,
];

const byId: ReadonlyMap<string, Rule> = new Map(rules.map((rule) => [rule.id, rule]));

export function ruleOf(id: string): Rule | undefined {
  return byId.get(id);
}
