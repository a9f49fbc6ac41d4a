/** What was recorded is what the components register: a property that gets another name has to be recorded anew. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { unknownText } from "../../policies/core/value";
import { clusterSample, onKubernetes, onSwarm, type Recorded } from "./support/recorded";
import { recording, scrubber } from "./support/recording";

/** `spec.containers[].name`, of every leaf. */
function paths(value: unknown, at = ""): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => paths(item, `${at}[]`));
  if (typeof value !== "object" || value === null) return [at];
  return Object.entries(value).flatMap(([name, inner]) =>
    inner === undefined ? [] : paths(inner, at === "" ? name : `${at}.${name}`),
  );
}

/** Leaves of one that the other has not; what the other does not know yet may be anything. */
function missing(of: unknown, from: unknown): readonly string[] {
  const known = new Set(paths(from));
  const open = paths(from).filter((path) => isOpen(from, path));
  return paths(of).filter(
    (path) => !known.has(path) && !open.some((start) => path.startsWith(start)),
  );
}

function isOpen(value: unknown, path: string): boolean {
  const steps = path.replaceAll("[]", ".[]").split(".");
  const at = (inner: unknown, [step, ...rest]: readonly string[]): boolean => {
    if (step === undefined) return inner === unknownText || inner === "[secret]";
    if (step === "[]") return Array.isArray(inner) && inner.some((item) => at(item, rest));
    if (typeof inner !== "object" || inner === null) return false;
    return at((inner as Readonly<Record<string, unknown>>)[step], rest);
  };
  return at(value, steps);
}

const shop = { application: "shop", environment: "prod", stack: "shop-prod" } as const;

for (const [name, make] of [
  ["swarm-application", () => onSwarm(shop)],
  ["kubernetes-application", () => onKubernetes(shop)],
] as const) {
  test(`${name} was recorded with all that its components register`, async () => {
    const { resources } = recording(name);
    const found = (await make()).resources
      .filter(({ type }) => !type.startsWith("pulumi:"))
      .flatMap(({ type, name: own, inputs }) => {
        const same = resources.find((one) => one.type === type && one.name === own);
        if (same === undefined) return [`${type} ${own}`];
        return missing(inputs, same.inputs).map((path) => `${own}: ${path}`);
      });
    assert.deepEqual(found, []);
  });
}

test("clusters were recorded with every type and property that rules can ask about", async () => {
  const properties = ({ resources }: Recorded) =>
    resources
      .filter(({ type }) => /^(slipway:index|slipway:machines:Vsphere|vsphere:)/.test(type))
      .flatMap(({ type, inputs }) => Object.keys(inputs as object).map((key) => `${type}.${key}`));
  const known = new Set(
    ["swarm-cluster", "kubernetes-cluster"].flatMap((n) => properties(recording(n))),
  );
  const made = [await clusterSample("lab", "lab"), await clusterSample("kubernetes", "kube")];
  assert.deepEqual(
    [...new Set(made.flatMap(properties))].filter((one) => !known.has(one)),
    [],
  );
});

test("what is another one in every run is left out, the same everywhere, and unknown values stay", () => {
  const scrub = scrubber();
  const id = "3f1c8a52-5f0e-4d7e-9c8b-1f2a3b4c5d6e";
  assert.deepEqual(scrub({ b: [id, unknownText], a: `uuid ${id}`, key: "ssh-ed25519 AAAAC3 me" }), {
    a: "uuid 00000000-0000-4000-8000-000000000001",
    b: ["00000000-0000-4000-8000-000000000001", unknownText],
    key: "ssh-ed25519 KEY me",
  });
});
