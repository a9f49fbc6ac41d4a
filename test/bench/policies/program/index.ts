/** An application on a Swarm that is not there: its resources as a preview sees them. */
import { Application, applicationNames } from "../../../../components/application";
import type { ComposeProject } from "../../../../components/spec";
import { loadCompose } from "../../../../components/spec";
import { Provider } from "../../../../provider/sdk";
import { mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { manyServices, type Service } from "../../support/manyServices";

const name = "twenty";
const [image = "", digest = ""] = process.env.SLIPWAY_BENCH_IMAGE?.split("@") ?? [];

function project(): ComposeProject {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), "slipway-bench-")), "stack.yml");
  writeFileSync(file, manyServices(Number(process.env.SLIPWAY_BENCH_SERVICES), image, compliant));
  return loadCompose([file], { projectName: name, variables: {} }).project;
}

/** What every rule accepts, as what runs in production is: what is measured is the asking, and not the telling. */
function compliant(service: Service): object {
  const { deploy } = service;
  const { limits } = deploy.resources;
  return {
    ...service,
    user: "65534:65534",
    read_only: true,
    cap_drop: ["ALL"],
    deploy: { ...deploy, replicas: 2, resources: { limits, reservations: limits } },
  };
}

const provider = new Provider(name, {
  owner: `slipway/${name}`,
  // Nobody is asked in a preview of what is not there yet.
  docker: {
    endpoints: ["tcp://127.0.0.1:1"],
    caCertificate: "none",
    clientCertificate: "none",
    clientKey: "none",
  },
  registries: {},
});
const { services } = new Application(
  name,
  {
    names: applicationNames(name),
    plan: {
      applicationVersion: "1.0.0",
      environmentVersion: "1.0.0",
      environmentHash: "",
      project: project(),
      images: { [image]: { image: `${image}@${digest}`, platforms: [] } },
      versioned: [],
      configs: { settings: Buffer.from("level=info").toString("base64") },
      secrets: {},
    },
    salt: "salt",
    encryptOverlays: true,
    externalNetworks: new Map(),
    externalFiles: { configs: new Map(), secrets: new Map() },
  },
  { providers: [provider] },
);
export = { services };
