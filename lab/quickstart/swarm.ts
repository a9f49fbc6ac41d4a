import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "../index";
import { labLayout } from "../layout";
import { login, type Outputs, type Ways } from "./way";

interface SwarmOutputs extends Outputs {
  readonly managers: Readonly<Record<string, string>>;
  readonly workers: Readonly<Record<string, string>>;
  readonly dockerEndpoints: readonly string[];
  readonly dockerCaCertificate: string;
  readonly dockerClientCertificate: string;
  readonly dockerClientKey: string;
}

export const swarmWays: Ways = (lab, all) => {
  const outputs = all as SwarmOutputs;
  const credential = writeDockerCredential(lab, outputs);
  const [manager = ""] = Object.values(outputs.managers);
  const [endpoint = ""] = outputs.dockerEndpoints;
  return {
    answers: {
      title: "The application answers on every worker",
      commands: Object.values(outputs.workers).map((address) => `curl http://${address}:8080/`),
    },
    looks: [
      login("Log in to a machine, for example a manager", outputs, manager),
      {
        title: "Point a Docker client at a manager",
        commands: [
          `export DOCKER_HOST=${endpoint} DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=${credential}`,
          "docker node ls",
        ],
      },
    ],
  };
};

/** Puts the credential for the managers' Docker API where a Docker client looks for it. */
function writeDockerCredential(lab: Lab, outputs: SwarmOutputs): string {
  const folder = labLayout(lab.dir).dockerCredential;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = {
    "ca.pem": outputs.dockerCaCertificate,
    "cert.pem": outputs.dockerClientCertificate,
    "key.pem": outputs.dockerClientKey,
  };
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), content, { mode: 0o600 });
  return folder;
}
