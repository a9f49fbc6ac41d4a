import type { ResourceHandler } from "../../server/handler";
import { compareInputs } from "../../server/difference";
import { isUnknown, known, unknown } from "../../server/unknown";
import type { DockerApiAuthorityInputs, DockerApiAuthorityOutputs } from "../../sdk/shapes";
import type * as certificates from "./certificates";
import { authorityStays, isDue } from "./renewal";

type Inputs = DockerApiAuthorityInputs;
type Outputs = DockerApiAuthorityOutputs;

/** The authority outlives what it signs, so that a renewal of those does not have to renew it. */
const authorityLifetimes = 5;

async function make(inputs: Inputs): Promise<Outputs> {
  const { createAuthority, issue } = module.require("./certificates") as typeof certificates;
  const ca = await createAuthority(inputs.commonName, inputs.validityDays * authorityLifetimes);
  return {
    caCertificate: ca.certificate,
    caKey: ca.key,
    ...(await client(inputs, ca.certificate, ca.key, issue)),
  };
}

async function client(
  inputs: Inputs,
  certificate: string,
  key: string,
  issue: typeof certificates.issue,
): Promise<Pick<Outputs, "clientCertificate" | "clientKey" | "expires">> {
  const issued = await issue(
    { certificate, key },
    { commonName: "slipway applications", usage: "client" },
    inputs.validityDays,
  );
  return {
    clientCertificate: issued.certificate,
    clientKey: issued.key,
    expires: issued.expires.toISOString(),
  };
}

/** Certificate authority of a cluster's Docker API. A record only: nothing is asked of any host. */
export const dockerApiAuthority: ResourceHandler<Inputs, Outputs> = {
  token: "slipway:index:DockerApiAuthority",
  secretOutputs: ["caKey", "clientKey"],

  check(inputs) {
    if (isUnknown(inputs.validityDays) || inputs.validityDays >= 1) return [];
    return [{ property: "validityDays", reason: `must be at least 1; got ${inputs.validityDays}` }];
  },

  diff(olds, news) {
    const compared = compareInputs(olds, news, ["commonName", "validityDays"]);
    if (isDue(olds.expires, olds.validityDays, new Date()))
      return {
        ...compared,
        changes: true,
        changedKeys: [...(compared.changedKeys ?? []), "validityDays"],
      };
    return compared;
  },

  preview(_context, inputs, olds) {
    const news = known<Inputs>(inputs);
    const stays = olds !== undefined && news !== undefined && authorityStays(olds, news);
    return Promise.resolve({
      caCertificate: stays ? olds.caCertificate : unknown,
      caKey: stays ? olds.caKey : unknown,
      clientCertificate: unknown,
      clientKey: unknown,
      expires: unknown,
    });
  },

  async create(_context, inputs) {
    return { id: inputs.commonName, outputs: await make(inputs) };
  },

  read(_context, _id, olds) {
    const {
      commonName,
      validityDays,
      caCertificate,
      caKey,
      clientCertificate,
      clientKey,
      expires,
    } = olds;
    return Promise.resolve({
      inputs: { commonName, validityDays },
      outputs: { caCertificate, caKey, clientCertificate, clientKey, expires },
    });
  },

  async update(_context, _id, olds, news) {
    if (!authorityStays(olds, news)) return make(news);
    const { issue } = module.require("./certificates") as typeof certificates;
    const { caCertificate, caKey } = olds;
    return { caCertificate, caKey, ...(await client(news, caCertificate, caKey, issue)) };
  },

  delete: () => Promise.resolve(),
};
