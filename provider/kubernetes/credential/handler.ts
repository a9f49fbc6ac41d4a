import { X509Certificate } from "node:crypto";
import { compareInputs } from "../../server/difference";
import type { Context, Problem, ResourceHandler } from "../../server/handler";
import { isUnknown, known, unknown } from "../../server/unknown";
import type {
  KubernetesCredentialInputs,
  KubernetesCredentialOutputs,
} from "../../sdk/kubernetesShapes";
import { isDue } from "../../swarm/tls/renewal";
import { quote } from "../../transport/shell";
import { storedText } from "../cluster/kubeadmConfig";
import { ControlPlanes } from "../controlPlanes";
import { parseYaml } from "../kubeadm/yaml";

type Inputs = KubernetesCredentialInputs;
type Outputs = KubernetesCredentialOutputs;

const inputKeys = ["clusterId", "commonName", "groups", "validityDays"] as const;

/** Who may do anything, whatever the roles say: such a certificate can't be taken back. */
const almighty = "system:masters";

/**
 * A client certificate that the cluster's authority signs for a name and its groups, in a kubeconfig. Made on a control
 * plane, where the authority's key stays. Certificates can't be taken back: a deleted one ends with its time.
 */
export const kubernetesCredential: ResourceHandler<Inputs, Outputs> = {
  token: "slipway:index:KubernetesCredential",
  secretOutputs: ["kubeconfig"],

  check(inputs) {
    const problems: Problem[] = [];
    const days = known<number>(inputs.validityDays);
    if (days !== undefined && (!Number.isInteger(days) || days < 1))
      problems.push({ property: "validityDays", reason: `must be at least 1; got ${days}` });
    if (inputs.commonName === "")
      problems.push({ property: "commonName", reason: "must not be empty" });
    const groups = isUnknown(inputs.groups) ? [] : inputs.groups;
    groups.forEach((group, index) => {
      if (group === almighty)
        problems.push({
          property: `groups[${index}]`,
          reason: `must not be ${almighty}: its rights can't be taken back; bind a group of your own to a role`,
        });
    });
    return problems;
  },

  diff(olds, news) {
    const compared = compareInputs(olds, news, inputKeys, ["clusterId"]);
    if (!isDue(olds.expires, olds.validityDays, new Date())) return compared;
    return {
      ...compared,
      changes: true,
      changedKeys: [...(compared.changedKeys ?? []), "validityDays"],
    };
  },

  preview() {
    return Promise.resolve({ kubeconfig: unknown, expires: unknown });
  },

  async create(context, inputs) {
    return { id: inputs.commonName, outputs: await issue(context, inputs) };
  },

  read(_context, _id, olds) {
    const { clusterId, commonName, groups, validityDays, kubeconfig, expires } = olds;
    return Promise.resolve({
      inputs: { clusterId, commonName, groups, validityDays },
      outputs: { kubeconfig, expires },
    });
  },

  update(context, _id, _olds, news) {
    return issue(context, news);
  },

  delete: () => Promise.resolve(),
};

async function issue(context: Context, inputs: Inputs): Promise<Outputs> {
  const { clusterId, commonName, groups, validityDays } = inputs;
  const cluster = new ControlPlanes(context, { clusterId });
  const { connection } = await cluster.one();
  const kubeconfig = await connection.must(
    `making a credential for ${commonName}`,
    `config=$(umask 077; mktemp /run/slipway-kubeadm.XXXXXX)
trap 'rm -f "$config"' EXIT
cat >"$config"
kubeadm kubeconfig user --config "$config" --client-name ${quote(commonName)} ${groups.map((group) => `--org ${quote(group)}`).join(" ")} --validity-period ${validityDays * 24}h 2>/dev/null`,
    { input: await cluster.call(storedText) },
  );
  const { key, expires } = credentialIn(kubeconfig);
  for (const secret of key) context.conceal(secret);
  return { kubeconfig, expires: expires.toISOString() };
}

/** The secret parts of a kubeconfig, and when its certificate ends. */
export function credentialIn(kubeconfig: string): {
  readonly key: readonly string[];
  readonly expires: Date;
} {
  const { users = [] } = parseYaml(kubeconfig) as {
    users?: readonly { user: Readonly<Record<string, string | undefined>> }[];
  };
  const { "client-certificate-data": certificate, "client-key-data": key } = users[0]?.user ?? {};
  if (certificate === undefined || key === undefined)
    throw new Error("kubeadm made a kubeconfig without a client certificate");
  const pem = Buffer.from(certificate, "base64");
  return {
    key: [key, Buffer.from(key, "base64").toString("utf8")],
    expires: new Date(new X509Certificate(pem).validTo),
  };
}
