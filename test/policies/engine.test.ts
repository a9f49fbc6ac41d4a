/**
 * The policy pack under Pulumi's own engine, as `pulumi preview --policy-pack` runs it: what breaks a rule stops a preview,
 * and so does what is wrong in a site's files. Nothing but the machines is missing. The tool chain has to be here: `make setup`.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { expectTold, pack } from "../support/policies";
import {
  brokenClusters,
  brokenServices,
  careful,
  type ClusterFile,
  type Orchestrator,
} from "../support/brokenVariants";
import { capacity, described, type Described } from "./support/applications";
import { pipelineObstacle } from "../support/pipeline";
import { isBuilt, Project } from "./support/engine";
import { assertRecorded, recordingOf } from "./support/recording";

/** What holds for the Pulumi stacks of these tests. */
const environment = (own: object) => ({
  environments: { test: { stacks: ["*"], ...own }, elsewhere: { stacks: ["nobody"] } },
});

/** Of a cluster that may have a registry. */
const configured = {
  "slipway:spec": "cluster.yml",
  "slipway:registryS3AccessKey": "access-of-the-tests",
  "slipway:registryS3SecretKey": "secret-of-the-tests",
};

/** A project of a describe block; nobody's where the tool chain is not here. */
function projectFor(make: () => Promise<Project>, purpose: Orchestrator) {
  let made: Project | undefined;
  before(async () => {
    if (await isBuilt(purpose)) made = await make();
  });
  after(() => made?.remove());
  return (
    name: string,
    body: (project: Project) => Promise<void>,
    obstacle: string | false = false,
  ) =>
    test(name, { skip: obstacle }, async (t) => {
      if (made === undefined) {
        t.skip("the tool chain is not here: make setup");
        return;
      }
      try {
        await body(made);
      } finally {
        made.clear();
      }
    });
}

for (const on of ["swarm", "kubernetes"] as const) {
  void describe(`an application on ${on}`, { timeout: 10 * 60_000 }, () => {
    const main = "test/policies/program";
    const it = projectFor(() => Project.create({ stack: "shop-prod", purpose: on, main }), on);

    const environmentFor = (project: Project, application: Described) => ({
      SLIPWAY_TEST_APPLICATION: JSON.stringify({
        orchestrator: on,
        cluster: "lab",
        ...application,
      }),
      // The program is this checkout's, and what is decided the project's.
      SLIPWAY_POLICIES: project.folder,
      // Pulumi's Kubernetes plugin needs no API server then.
      PULUMI_K8S_RENDER_YAML_TO_DIRECTORY: project.folder,
    });
    const previewed = (project: Project, file: object) => {
      const files = [project.write("stack.yml", file)];
      // Nobody answers there, at once.
      const registry = "127.0.0.1:9";
      return project.preview(environmentFor(project, { name: "broken", files, registry }));
    };

    void it("registers the shop as it was recorded", async (project) => {
      const shop = described({ application: "shop", environment: "prod", stack: "shop-prod" });
      const text = await project.foreseen(environmentFor(project, shop));
      assertRecorded(`${on}-application`, recordingOf(text, { cluster: "lab", capacity }));
    });

    void it("passes with a service that breaks no rule", async (project) => {
      project.write("policies.yml", environment({ levels: { "SLW-CLU-004": "disabled" } }));
      const { code, output } = await previewed(project, {
        services: { api: careful },
        networks: { back: { driver: "overlay" } },
      });
      assert.equal(code, 0, output);
      assert.match(
        output,
        /SLW-APP-003.*\n.*\n.*api: undetermined: .* It is judged at `pulumi up`/,
      );
    });

    void it("is stopped by each rule that a file can break", async (project) => {
      const { file, parameters, expected } = brokenServices(on);
      project.write("policies.yml", environment({ parameters }));
      const outcome = await previewed(project, file);
      expectTold(
        outcome,
        expected.filter(({ asks }) => asks !== true),
      );
    });
  });

  void describe(`a cluster on existing hosts, with ${on}`, { timeout: 10 * 60_000 }, () => {
    const config = configured;
    const main = "stacks";
    const it = projectFor(() => Project.create({ stack: "plant", purpose: on, main, config }), on);

    void it("registers its registry as it was recorded", async (project) => {
      project.write("cluster.yml", withRegistry(on));
      const { resources, outputs } = recordingOf(await project.foreseen(), {});
      const its = resources.filter(({ urn }) => /[Rr]egistry/.test(urn));
      assertRecorded(`${on}-registry`, { resources: its, outputs });
    });

    void it("is stopped by each rule that a file can break", async (project) => {
      const { change, parameters, expected } = brokenClusters(on, false);
      const yml = plant(on);
      change(yml);
      project.write("cluster.yml", yml);
      project.write("policies.yml", environment({ parameters }));
      expectTold(await project.preview({ SLIPWAY_POLICIES: project.folder }), expected);
    });
  });
}

/** The same with Slipway's registry. */
function withRegistry(on: Orchestrator): object {
  const { platform, ...yml } = plant(on);
  const registry = {
    address: "registry.test",
    storage: { s3: { endpoint: "https://s3.test", bucket: "images" } },
    cache: {},
  };
  return { ...yml, platform: { ...(platform as object), registry } };
}

/** A cluster whose machines nobody has to ask for a preview. */
function plant(on: Orchestrator): ClusterFile & Readonly<Record<string, unknown>> {
  const hostKey = "SHA256:uNiVztksCsDhcc0u9e8BrJXVU5p2m7ZBmh3QxIJtkUo";
  const size = { numCpus: 2, memoryMiB: 2048, diskGiB: 8 };
  return {
    kind: "Cluster",
    name: "plant",
    version: "1.0.0",
    orchestrator: on,
    hosts: [
      { address: "192.0.2.1", pool: "deciding", hostKey },
      { address: "192.0.2.2", pool: "workers", hostKey },
    ],
    access: { user: "ops" },
    nodePools: {
      deciding: { role: on === "swarm" ? "manager" : "controlPlane", ...size },
      workers: { role: "worker", ...size },
    },
    ...(on === "swarm"
      ? { engine: { version: "20.10" } }
      : { kubernetes: { version: "1.34.1" }, platform: { mirror: "registry.test:5000" } }),
  };
}

void describe("a registry that slipway:protect protects", { timeout: 10 * 60_000 }, () => {
  const config = { ...configured, "slipway:protect": "true" };
  const it = projectFor(
    () => Project.create({ stack: "plant", purpose: "swarm", main: "stacks", config }),
    "swarm",
  );

  void it("is not lost with its section of cluster.yml: the preview is refused", async (project) => {
    project.write("cluster.yml", withRegistry("swarm"));
    const urn = "urn:pulumi:plant::slipway::slipway:index:RegistryIdentity::plant";
    const made = await project.make(urn);
    // What asks the machines of this cluster, which are not there, is not made.
    assert.match(made.output, /RegistryIdentity plant created/);
    project.write("cluster.yml", plant("swarm"));
    project.write("policies.yml", environment({ level: "advisory" }));
    const { code, output } = await project.preview({ SLIPWAY_POLICIES: project.folder });
    assert.notEqual(code, 0, output);
    assert.match(output, /RegistryIdentity::plant[^]*protect/);
  });
});

void describe("what is wrong in a site's files", { timeout: 10 * 60_000 }, () => {
  const config = { "slipway:spec": "cluster.yml" };
  const it = projectFor(
    () => Project.create({ stack: "plant", purpose: "swarm", main: "stacks", config }),
    "swarm",
  );

  void it("is all told, at its places, and stops a preview", async (project) => {
    project.write("cluster.yml", plant("swarm"));
    project.write(
      "policies.yml",
      `environments:
  test:
    stacks: ["*"]
    levels: { SLW-APP-999: advisory }
    parameters:
      SLW-APP-017: { min: many }
`,
    );
    project.write("exemptions.yml", "exemptions:\n  - rule: SLW-CLU-010\n    resource: plant\n");
    const { code, output } = await project.preview({ SLIPWAY_POLICIES: project.folder });
    assert.notEqual(code, 0, output);
    for (const text of [
      "policies.yml:4:15 environments.test.levels.SLW-APP-999: is no rule; did you mean SLW-APP-009?",
      'policies.yml:6:27 environments.test.parameters.SLW-APP-017.min: must be a number from 1 to 100; got "many"',
      "exemptions.yml:2:5 exemptions[0]: has no reason; why that is acceptable",
      "exemptions.yml:2:5 exemptions[0]: has no owner",
    ])
      assert.ok(output.includes(text), `${text}\n${output}`);
  });

  void it(
    "fails the pipeline of a change, which gets the plan and the findings as a comment",
    async (project) => {
      project.write("cluster.yml", plant("swarm"));
      const env = { SLIPWAY_POLICIES: project.folder };
      for (const [level, isGreen] of [
        ["mandatory", false],
        ["advisory", true],
      ] as const) {
        project.write("policies.yml", environment({ level }));
        const { outcome, comment } = await project.pipeline(env);
        assert.equal(outcome.code === 0, isGreen, outcome.output);
        assert.equal(comment?.token, "bot-token", outcome.output);
        assert.match(comment.body, /SLW-CLU-010/);
        assert.match(comment.body, /\| nodes touched \|[^]*\| quorum after \|/);
      }
    },
    pipelineObstacle(),
  );

  void it("stops a roll, too, before any machine is touched", async (project) => {
    project.write("cluster.yml", plant("swarm"));
    project.write("policies.yml", environment({ levels: { "SLW-CLU-003": "advisory" } }));
    const args = ["roll", "plant", "--all-stale", "--policy-pack", pack];
    const { code, output } = await project.slipway(args, { SLIPWAY_POLICIES: project.folder });
    assert.equal(code, 5, output);
    assert.match(output, /SLW-CLU-010 .*\n\s+plant: is not protected[^]*?Why: [^]*?Mend: /);
    assert.doesNotMatch(output, /SLW-CLU-003|preview failed/);
  });

  void it("is an exemption whose last day has passed", async (project) => {
    project.write("cluster.yml", plant("swarm"));
    project.write("policies.yml", environment({ level: "mandatory" }));
    project.write(
      "exemptions.yml",
      `exemptions:
  - { rule: SLW-CLU-010, resource: plant, reason: It is new., owner: ops, expires: "2026-01-01" }
`,
    );
    const outcome = await project.preview({ SLIPWAY_POLICIES: project.folder });
    expectTold(outcome, [
      { rule: "SLW-STK-004", message: /the exemption of SLW-CLU-010 at plant .* has expired/ },
      // It holds no more.
      { rule: "SLW-CLU-010", message: /plant: is not protected from deletion/ },
    ]);
  });

  void it("stops an audit before it begins, with all that stands against it", async (project) => {
    project.write("cluster.yml", plant("swarm"));
    const output = project.write("evidence", "a file");
    const audit = ["audit", "nobody", "plant", "somebody", "--output", "evidence"];
    const { code, output: told } = await project.slipway(audit);
    assert.equal(code, 2, told);
    for (const text of ["named 'nobody'", "named 'somebody'", "--output evidence: is a file; name"])
      assert.ok(told.includes(text), told);
    assert.doesNotMatch(told, /preview/);
    assert.equal(readFileSync(output, "utf8"), "a file");
  });

  void it("is a folder that has none of them", async (project) => {
    project.write("cluster.yml", plant("swarm"));
    const { code, output } = await project.preview({ SLIPWAY_POLICIES: "/nowhere" });
    assert.notEqual(code, 0, output);
    assert.match(output, /SLIPWAY_POLICIES names \/nowhere, where there is neither policies\.yml/);
  });
});

void describe("a program outside of every project", { timeout: 10 * 60_000 }, () => {
  const main = mkdtempSync(path.join(os.tmpdir(), "slipway-outside-"));
  const it = projectFor(
    () => Project.create({ stack: "outside", purpose: "swarm", main }),
    "swarm",
  );
  before(() => {
    symlinkSync(path.join(__dirname, "../../node_modules"), path.join(main, "node_modules"));
    writeFileSync(path.join(main, "index.js"), "");
  });
  after(() => {
    rmSync(main, { recursive: true, force: true });
  });

  void it("is told where the pack has to run, and is stopped", async (project) => {
    const { code, output } = await project.preview();
    assert.notEqual(code, 0, output);
    assert.match(
      output,
      /is in no Pulumi project: run `pulumi preview --policy-pack` in the folder/,
    );
  });
});
