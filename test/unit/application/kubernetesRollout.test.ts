import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import type { LivePod } from "../../../provider/application/kubernetes/pods";
import { kubernetesRollout } from "../../../provider/application/kubernetes/rollout/handler";
import { Troubles } from "../../../provider/application/kubernetes/rollout/troubles";
import {
  labelOfNewest,
  progressOf,
  type LiveWorkload,
} from "../../../provider/application/kubernetes/rollout/workload";
import type { KubernetesRolloutInputs } from "../../../provider/sdk/shapes";
import { PartlyCreated } from "../../../provider/server/handler";
import { FakeApiServer } from "./support/kubernetes";

describe("a rollout is done", () => {
  const live = (status: LiveWorkload["status"], replicas?: number): LiveWorkload => ({
    metadata: { generation: 2 },
    spec: { ...(replicas !== undefined && { replicas }) },
    status,
  });
  const deployed = {
    observedGeneration: 2,
    replicas: 3,
    updatedReplicas: 3,
    availableReplicas: 3,
  } as const;
  const cases: readonly (readonly [
    string,
    "Deployment" | "StatefulSet" | "DaemonSet",
    LiveWorkload,
    boolean,
  ])[] = [
    ["when all pods are new and available", "Deployment", live(deployed, 3), true],
    [
      "not by the status of the change before",
      "Deployment",
      live({ ...deployed, observedGeneration: 1 }, 3),
      false,
    ],
    ["not while an old pod is there", "Deployment", live({ ...deployed, replicas: 4 }, 3), false],
    [
      "not while a pod is not available",
      "Deployment",
      live({ ...deployed, availableReplicas: 2 }, 3),
      false,
    ],
    ["with no pod, where none is wanted", "Deployment", live({ observedGeneration: 2 }, 0), true],
    [
      "not with no pod, where nothing is said of their number",
      "Deployment",
      live({ observedGeneration: 2 }),
      false,
    ],
    [
      "when a StatefulSet has rolled",
      "StatefulSet",
      live({ ...deployed, currentRevision: "b", updateRevision: "b" }, 3),
      true,
    ],
    [
      "not by the old revision of a StatefulSet",
      "StatefulSet",
      live({ ...deployed, observedGeneration: 1, currentRevision: "a", updateRevision: "a" }, 3),
      false,
    ],
    [
      "not while a StatefulSet rolls",
      "StatefulSet",
      live({ ...deployed, currentRevision: "a", updateRevision: "b" }, 3),
      false,
    ],
    [
      "when each node has its new pod",
      "DaemonSet",
      live({
        observedGeneration: 2,
        desiredNumberScheduled: 2,
        updatedNumberScheduled: 2,
        numberAvailable: 2,
      }),
      true,
    ],
    [
      "not while a node has an old pod",
      "DaemonSet",
      live({
        observedGeneration: 2,
        desiredNumberScheduled: 2,
        updatedNumberScheduled: 1,
        numberAvailable: 2,
      }),
      false,
    ],
  ];
  for (const [title, kind, workload, done] of cases)
    test(title, () => {
      assert.equal(progressOf(kind, workload).done, done);
    });
});

test("pods of the newest version are told by its own label", () => {
  const owned = (uid: string, name: string, value: string, more: object = {}) => ({
    metadata: {
      labels: { [name]: value },
      annotations: { "deployment.kubernetes.io/revision": value },
      ownerReferences: [{ uid }],
    },
    ...more,
  });
  const deployment = {
    metadata: { uid: "u", annotations: { "deployment.kubernetes.io/revision": "2" } },
  };
  const sets = ["1", "2"].map((revision) => owned("u", "pod-template-hash", revision));
  const hash = "controller-revision-hash";
  assert.deepEqual(labelOfNewest("Deployment", deployment, sets), ["pod-template-hash", "2"]);
  assert.equal(labelOfNewest("Deployment", { metadata: { uid: "other" } }, sets), undefined);
  const revisions = [1, 3, 2].map((revision) => owned("u", hash, `r${revision}`, { revision }));
  assert.deepEqual(labelOfNewest("DaemonSet", deployment, revisions), [hash, "r3"]);
  const set = { metadata: {}, status: { updateRevision: "store-5" } };
  assert.deepEqual(labelOfNewest("StatefulSet", set, []), [hash, "store-5"]);
});

type Status = NonNullable<LivePod["status"]>;
type Container = NonNullable<Status["containerStatuses"]>[number];

function pod(status: Status, more: Partial<LivePod["metadata"]> = {}): LivePod {
  return { metadata: { name: "web-1", namespace: "shop", ...more }, status };
}

const container = (fields: Partial<Container>): Status => ({
  phase: "Running",
  conditions: [{ type: "Ready", status: "True" }],
  containerStatuses: [{ name: "web", ...fields }],
});
const waiting = (reason: string) => container({ state: { waiting: { reason, message: "why" } } });

describe("a pod of the new version has failed", () => {
  /** What is told of looks at these times, seconds. */
  function looks(
    ...seen: readonly (readonly [number, LivePod])[]
  ): readonly (string | undefined)[] {
    let now = 0;
    const troubles = new Troubles(10, () => now * 1000);
    return seen.map(([at, one]) => {
      now = at;
      return troubles.look([one])[0]?.why;
    });
  }

  test("when its container has ended twice during the rollout", () => {
    const ended = { terminated: { exitCode: 3, reason: "Error" } };
    const at = (restartCount: number) => pod(container({ restartCount, lastState: ended }));
    assert.deepEqual(looks([0, at(7)], [1, at(8)], [2, at(9)]), [
      undefined,
      undefined,
      "web ended with 3 and was started again 2 times",
    ]);
  });

  test("at once when its image has no valid name", () => {
    assert.deepEqual(looks([0, pod(waiting("InvalidImageName"))]), [
      "web can't start: InvalidImageName: why",
    ]);
  });

  test("when its image can't be had for a minute, whichever of two ways that is told in", () => {
    const [bad, off] = [pod(waiting("ErrImagePull")), pod(waiting("ImagePullBackOff"))];
    assert.deepEqual(looks([0, bad], [30, off], [59, bad], [60, off]), [
      undefined,
      undefined,
      undefined,
      "web can't start: ImagePullBackOff: why",
    ]);
    assert.deepEqual(looks([0, bad], [50, pod(container({}))], [61, bad]), [
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("when it runs and does not get ready in its time", () => {
    const unready = pod({ phase: "Running", conditions: [{ type: "Ready", status: "False" }] });
    assert.deepEqual(looks([0, unready], [9, unready], [10, unready]), [
      undefined,
      undefined,
      "runs, and is not ready after 10 s",
    ]);
  });

  test("not when it goes, was taken from its node, or waits for a place", () => {
    const bad = waiting("InvalidImageName");
    const all = [
      pod(bad, { deletionTimestamp: "2026-01-01T00:00:00Z" }),
      pod({ ...bad, phase: "Failed" }),
      pod({ phase: "Pending" }),
    ];
    for (const one of all) assert.deepEqual(looks([0, one], [100, one]), [undefined, undefined]);
  });
});

describe("a workload's rollout", () => {
  const servers: FakeApiServer[] = [];
  after(() => {
    for (const server of servers) server.stop();
  });
  const base = "/apis/apps/v1/namespaces/shop";
  const inputs = (limits: Partial<KubernetesRolloutInputs["limits"]> = {}) => ({
    namespace: "shop",
    kind: "StatefulSet" as const,
    name: "store",
    revision: "a",
    limits: { readySeconds: 60, progressSeconds: 60, totalSeconds: 60, ...limits },
  });
  const set = (updated: number) => ({
    metadata: { generation: 1 },
    spec: { replicas: 1, selector: { matchLabels: { app: "store" } } },
    status: {
      observedGeneration: 1,
      replicas: 1,
      updatedReplicas: updated,
      availableReplicas: updated,
      currentRevision: updated === 1 ? "b" : "a",
      updateRevision: "b",
    },
  });

  async function started(pods: readonly LivePod[] = []) {
    const api = await FakeApiServer.start();
    servers.push(api);
    api.answers.set("/api/v1/namespaces/shop/pods", () => ({ items: pods }));
    return { api, ...api.context() };
  }

  test("is waited for", async () => {
    const { api, context } = await started();
    let looks = 0;
    api.answers.set(`${base}/statefulsets/store`, () => set(++looks > 1 ? 1 : 0));
    const { id } = await kubernetesRollout.create(context, inputs());
    assert.equal(id, "shop/StatefulSet/store");
    assert.equal(looks, 2);
  });

  test("that fails is told with the pod and its last lines, and is tried again by the next update", async () => {
    const one = pod({
      containerStatuses: [{ name: "web", state: { waiting: { reason: "InvalidImageName" } } }],
    });
    const { api, context } = await started([one]);
    api.answers.set(`${base}/statefulsets/store`, () => set(0));
    api.logs.set("web-1", "the price list is broken\n");
    const failure = await kubernetesRollout
      .create(context, inputs())
      .catch((error: unknown) => error);
    assert.ok(failure instanceof PartlyCreated);
    assert.deepEqual(failure.message.split("\n"), [
      "the rollout of store has failed: the pod web-1: web can't start: InvalidImageName",
      "  pod web-1: web: InvalidImageName",
      "    | the price list is broken",
    ]);
  });

  test("that does not go on has failed, with how far it came", async () => {
    const { api, context } = await started();
    api.answers.set(`${base}/statefulsets/store`, () => set(0));
    await assert.rejects(
      kubernetesRollout.update(context, "id", inputs(), inputs({ progressSeconds: 0 })),
      /^Error: the rollout of store has failed: nothing has changed for 0 s: 0 of 1 pods are new, 0 are ready$/,
    );
  });

  test("of a workload that somebody has removed has failed", async () => {
    const { context } = await started();
    await assert.rejects(
      kubernetesRollout.create(context, inputs()),
      /somebody has removed the StatefulSet store/,
    );
  });
});
