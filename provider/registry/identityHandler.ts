import { randomBytes } from "node:crypto";
import { isIPv4 } from "node:net";
import type { RegistryIdentityInputs, RegistryIdentityOutputs } from "../sdk/shapes";
import { compareInputs } from "../server/difference";
import type { ResourceHandler } from "../server/handler";
import { isUnknown, known, unknown } from "../server/unknown";
import type * as certificates from "../swarm/tls/certificates";
import { authorityStays, isDue } from "../swarm/tls/renewal";

type Inputs = RegistryIdentityInputs;
type Outputs = RegistryIdentityOutputs;
type Authority = Pick<Outputs, "caCertificate" | "caKey">;

/** The authority outlives what it signs: nodes get another one seldom. */
const authorityLifetimes = 10;
const seedBytes = 32;

function tools(): typeof certificates {
  return module.require("../swarm/tls/certificates") as typeof certificates;
}

async function newAuthority({ commonName, validityDays }: Inputs): Promise<Authority> {
  const ca = await tools().createAuthority(commonName, validityDays * authorityLifetimes);
  return { caCertificate: ca.certificate, caKey: ca.key };
}

async function server(
  { address, otherNames = [], validityDays }: Inputs,
  { caCertificate, caKey }: Authority,
): Promise<Pick<Outputs, "certificate" | "key" | "expires">> {
  const { certificate, key, expires } = await tools().issue(
    { certificate: caCertificate, key: caKey },
    {
      commonName: address,
      usage: "server",
      names: [
        { type: isIPv4(address) ? "ip" : "dns", value: address },
        ...otherNames.map((value) => ({ type: "dns" as const, value })),
      ],
    },
    validityDays,
  );
  return { certificate, key, expires: expires.toISOString() };
}

/** Who a cluster's registry is. */
export const registryIdentity = identity("slipway:index:RegistryIdentity");

/** Who the store of a cluster's logs is. */
export const logStoreIdentity = identity("slipway:index:LogStoreIdentity");

/** Who a server of the cluster is: its authority, its certificate, and the seed of its secrets. A record only. */
function identity(token: string): ResourceHandler<Inputs, Outputs> {
  return {
    token,
    secretOutputs: ["caKey", "key", "seed"],
    optionalInputs: ["otherNames"],

    check(inputs) {
      if (isUnknown(inputs.validityDays) || inputs.validityDays >= 1) return [];
      return [
        { property: "validityDays", reason: `must be at least 1; got ${inputs.validityDays}` },
      ];
    },

    diff(olds, news) {
      const compared = compareInputs(olds, news, [
        "commonName",
        "address",
        "otherNames",
        "validityDays",
      ]);
      if (!isDue(olds.expires, olds.validityDays, new Date())) return compared;
      return {
        ...compared,
        changes: true,
        changedKeys: [...(compared.changedKeys ?? []), "validityDays"],
      };
    },

    preview(_context, inputs, olds) {
      const news = known<Inputs>(inputs);
      const stays = olds !== undefined && news !== undefined && authorityStays(olds, news);
      return Promise.resolve({
        caCertificate: stays ? olds.caCertificate : unknown,
        caKey: stays ? olds.caKey : unknown,
        certificate: unknown,
        key: unknown,
        expires: unknown,
        seed: olds?.seed ?? unknown,
      });
    },

    async create(_context, inputs) {
      const authority = await newAuthority(inputs);
      const seed = randomBytes(seedBytes).toString("base64url");
      return {
        id: inputs.commonName,
        outputs: { ...authority, ...(await server(inputs, authority)), seed },
      };
    },

    read(_context, _id, olds) {
      const { commonName, address, otherNames, validityDays, ...rest } = olds;
      const { caCertificate, caKey, certificate, key, expires, seed } = rest;
      return Promise.resolve({
        inputs: {
          commonName,
          address,
          ...(otherNames !== undefined && { otherNames }),
          validityDays,
        },
        outputs: { caCertificate, caKey, certificate, key, expires, seed },
      });
    },

    async update(_context, _id, olds, news) {
      const { caCertificate, caKey, seed } = olds;
      const authority = authorityStays(olds, news)
        ? { caCertificate, caKey }
        : await newAuthority(news);
      return { ...authority, ...(await server(news, authority)), seed };
    },

    delete: () => Promise.resolve(),
  };
}
