/** Has a public linter look at every Kubernetes object that Slipway makes: what it finds is argued, or not there. */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { kubeScore, placeOf, type Finding, type Lint } from "../../../peers/kubeScore";
import { exceptedBy, exceptions, isAbout } from "./exceptions";
import { generated } from "./generated";

const all = generated();
const excepted = exceptions().flatMap(exceptedBy);

/** Kinds that the linter has checks for, of those that there are. */
const lintedKinds = new Set([
  "CronJob",
  "DaemonSet",
  "Deployment",
  "HorizontalPodAutoscaler",
  "Ingress",
  "Job",
  "NetworkPolicy",
  "Pod",
  "PodDisruptionBudget",
  "Service",
  "StatefulSet",
]);

function rendered(found: readonly Finding[]): string {
  return found.map(({ check, at, summary }) => `${check}: ${at}: ${summary}`).join("\n");
}

describe("what kube-score finds in the objects that Slipway makes", () => {
  const answers = new Map<string, Lint>();
  const answerFor = (name: string) => answers.get(name) ?? assert.fail(`no answer for ${name}`);

  before(async () => {
    for (const { name, objects } of all) answers.set(name, await kubeScore(objects));
  });

  for (const { name, from, objects } of all) {
    test(`is argued: ${name}`, () => {
      const { seen, findings } = answerFor(name);
      const known = objects.filter(({ kind }) => lintedKinds.has(kind)).map(placeOf);
      assert.deepEqual([...seen].sort(), known.sort(), "has not looked at all that it knows");
      const open = findings.filter((found) => !excepted.some((one) => isAbout(one, from, found)));
      assert.deepEqual(open, [], rendered(open));
    });
  }

  test("is all that is argued", () => {
    const found = all.flatMap(({ name, from }) =>
      answerFor(name).findings.map((finding) => ({ from, finding })),
    );
    const unused = excepted.filter(
      (one) => !found.some(({ from, finding }) => isAbout(one, from, finding)),
    );
    assert.deepEqual(unused, []);
  });
});

test("kube-score finds what is wrong", async () => {
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "careless", namespace: "shop" },
    spec: {
      containers: [{ name: "web", image: "web:latest", securityContext: { privileged: true } }],
    },
  };
  const { seen, findings } = await kubeScore([pod]);
  assert.deepEqual(seen, ["Pod shop/careless"]);
  const said = findings.map(({ check, at }) => `${check}: ${at}`);
  for (const check of [
    "container-image-tag: Pod shop/careless web",
    "container-resources: Pod shop/careless web",
    "container-security-context-privileged: Pod shop/careless web",
    "pod-networkpolicy: Pod shop/careless",
  ])
    assert.ok(said.includes(check), said.join("\n"));
});

test("kube-score's refusal to read an object is an error, and no clean answer", async () => {
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "shop" },
    spec: { selector: "web" },
  };
  await assert.rejects(kubeScore([service]), /cannot unmarshal string/);
});

test("every exception has its reason", () => {
  for (const { check, reason } of exceptions())
    assert.ok(typeof reason === "string" && reason.trim().length > 10, check);
});
