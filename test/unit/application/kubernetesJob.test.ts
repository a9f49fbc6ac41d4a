import assert from "node:assert/strict";
import { after, afterEach, describe, test } from "node:test";
import { jobsVariable } from "../../../provider/application/jobMode";
import { kubernetesJob } from "../../../provider/application/kubernetes/jobHandler";
import { describePod } from "../../../provider/application/kubernetes/pods";
import type { KubernetesJobInputs } from "../../../provider/sdk/shapes";
import { PartlyCreated } from "../../../provider/server/handler";
import { FakeApiServer, owner, type FakeObject } from "./support/kubernetes";

const servers: FakeApiServer[] = [];
after(() => {
  for (const server of servers) server.stop();
});
afterEach(() => {
  Reflect.deleteProperty(process.env, jobsVariable);
});

function inputsOf(run: string, changes: Partial<KubernetesJobInputs> = {}): KubernetesJobInputs {
  return {
    namespace: "shop",
    name: "job-migrate",
    object: {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: `job-migrate-${run}`, namespace: "shop" },
    },
    timeoutSeconds: 60,
    run,
    ...changes,
  };
}

function condition(type: string, more: object = {}): Record<string, unknown> {
  return {
    conditions: [{ type, status: "True", ...more }],
    completionTime: "2026-01-01T00:00:00Z",
  };
}

function succeeds(api: FakeApiServer) {
  return (job: FakeObject) => {
    const pod = `${job.metadata.name}-x`;
    job.status = condition("Complete");
    api.pods.set(job.metadata.name, [
      { metadata: { name: pod, namespace: "shop" }, status: { phase: "Succeeded" } },
    ]);
    api.logs.set(pod, "first\nschema 2\n");
  };
}

function fails(api: FakeApiServer) {
  return (job: FakeObject) => {
    const pod = `${job.metadata.name}-x`;
    job.status = condition("Failed", { reason: "BackoffLimitExceeded", message: "too often" });
    api.pods.set(job.metadata.name, [
      {
        metadata: { name: pod, namespace: "shop" },
        spec: { nodeName: "workers-0" },
        status: {
          phase: "Failed",
          containerStatuses: [
            { name: "api", state: { terminated: { reason: "Error", exitCode: 3 } } },
          ],
        },
      },
    ]);
    api.logs.set(pod, "no such table\n");
  };
}

async function started() {
  const api = await FakeApiServer.start();
  servers.push(api);
  api.afterCreate = succeeds(api);
  return { api, ...api.context() };
}

describe("a job on Kubernetes", () => {
  test("is done when its pod is, and shows what it wrote last", async () => {
    const { api, context, infos } = await started();
    const { id, outputs } = await kubernetesJob.create(context, inputsOf("1"));
    assert.equal(id, "shop/job-migrate");
    assert.deepEqual(outputs, { jobName: "job-migrate-1", completed: "2026-01-01T00:00:00Z" });
    assert.deepEqual(infos, ["job-migrate | first", "job-migrate | schema 2"]);
    assert.deepEqual(api.jobs.get("job-migrate-1")?.metadata.annotations, {
      "slipway.stack": owner,
    });
  });

  test("runs once for each release, and only the last run stays", async () => {
    const { api, context } = await started();
    const first = await kubernetesJob.create(context, inputsOf("1"));
    const olds = { ...inputsOf("1"), ...first.outputs };
    const same = await kubernetesJob.update(context, first.id, olds, {
      ...inputsOf("1"),
      timeoutSeconds: 90,
    });
    assert.deepEqual(same, first.outputs);
    const next = await kubernetesJob.update(context, first.id, olds, inputsOf("2"));
    assert.equal(next.jobName, "job-migrate-2");
    assert.deepEqual(api.writes, [
      "POST job-migrate-1",
      "POST job-migrate-2",
      "DELETE job-migrate-1",
    ]);
  });

  test("does not run where a release is brought back", async () => {
    const { api, context } = await started();
    process.env[jobsVariable] = "skip";
    const { id, outputs } = await kubernetesJob.create(context, inputsOf("1"));
    assert.deepEqual(outputs, { jobName: "", completed: "" });
    await kubernetesJob.update(context, id, { ...inputsOf("1"), ...outputs }, inputsOf("2"));
    await kubernetesJob.delete(context, id, { ...inputsOf("1"), ...outputs });
    assert.deepEqual(api.writes, []);
  });

  test("that fails tells its pod and last lines, stays in the state, and runs again next time", async () => {
    const { api, context } = await started();
    api.afterCreate = fails(api);
    const error = await kubernetesJob.create(context, inputsOf("1")).then(
      () => assert.fail(),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof PartlyCreated);
    assert.equal(
      error.message,
      [
        "the job job-migrate has failed: too often",
        "  pod job-migrate-1-x on workers-0: api: Error with 3",
        "    | no such table",
      ].join("\n"),
    );
    api.afterCreate = succeeds(api);
    const olds = { ...inputsOf("1"), ...(error.outputs as { jobName: string; completed: string }) };
    const outputs = await kubernetesJob.update(context, error.id, olds, inputsOf("1"));
    assert.equal(outputs.completed, "2026-01-01T00:00:00Z");
    assert.deepEqual(api.writes, [
      "POST job-migrate-1",
      "DELETE job-migrate-1",
      "POST job-migrate-1",
    ]);
  });

  test("that takes too long says so", async () => {
    const { api, context } = await started();
    api.afterCreate = (job) => {
      job.status = condition("Failed", { reason: "DeadlineExceeded" });
    };
    await assert.rejects(kubernetesJob.create(context, inputsOf("1")), {
      message: "the job job-migrate was not done after 60 s, and was stopped",
    });
  });

  test("of somebody else's name is refused", async () => {
    const { api, context } = await started();
    api.jobs.set("job-migrate-1", {
      metadata: { name: "job-migrate-1", annotations: { "slipway.stack": "slipway/other" } },
    });
    await assert.rejects(kubernetesJob.create(context, inputsOf("1")), {
      message:
        /^the job job-migrate-1 exists in shop, and belongs to the Pulumi stack slipway\/other;/,
    });
    assert.deepEqual(api.writes, []);
  });

  test("is found again by a refresh, and told as gone when it is", async () => {
    const { api, context } = await started();
    const { id, outputs } = await kubernetesJob.create(context, inputsOf("1"));
    const olds = { ...inputsOf("1"), ...outputs };
    assert.deepEqual(await kubernetesJob.read(context, id, olds), {
      inputs: inputsOf("1"),
      outputs,
    });
    api.jobs.clear();
    assert.equal(await kubernetesJob.read(context, id, olds), undefined);
    await kubernetesJob.delete(context, id, olds);
  });

  test("asks again while the API server is away, and tells what it refuses", async () => {
    const { api, context } = await started();
    const answers: (number | "hang up" | undefined)[] = [503, "hang up", 429];
    api.intercept = () => answers.shift();
    assert.equal(
      (await kubernetesJob.create(context, inputsOf("1"))).outputs.jobName,
      "job-migrate-1",
    );
    api.intercept = (method) => (method === "POST" ? 403 : undefined);
    await assert.rejects(kubernetesJob.create(context, inputsOf("2")), {
      message: /the API server answers HTTP 403 to \S+\/jobs: not now$/,
    });
  });

  test("is not waited for when the run is cancelled", async () => {
    const { api, context, abort } = await started();
    api.afterCreate = () => {
      abort.abort(new Error("cancelled"));
    };
    await assert.rejects(kubernetesJob.create(context, inputsOf("1")), { message: "cancelled" });
  });
});

describe("a pod that does not run", () => {
  const metadata = { name: "web-1", namespace: "shop" };

  test("that finds no node says why", () => {
    const message = "0/3 nodes are available: 3 Insufficient cpu.";
    assert.equal(
      describePod({
        metadata,
        status: {
          phase: "Pending",
          conditions: [{ type: "PodScheduled", status: "False", message }],
        },
      }),
      `  pod web-1: ${message}`,
    );
  });

  test("that crashes again and again says how it ended", () => {
    assert.equal(
      describePod({
        metadata,
        spec: { nodeName: "workers-1" },
        status: {
          phase: "Running",
          containerStatuses: [
            {
              name: "web",
              restartCount: 3,
              state: { waiting: { reason: "CrashLoopBackOff" } },
              lastState: { terminated: { reason: "Error", exitCode: 1 } },
            },
          ],
        },
      }),
      "  pod web-1 on workers-1: web: CrashLoopBackOff, Error with 1, restarted 3 times",
    );
  });
});
