import https from "node:https";
import { compareInputs } from "../../server/difference";
import { messageOf } from "../../server/failure";
import type { Context, ResourceHandler } from "../../server/handler";
import { unknown } from "../../server/unknown";
import type { DockerApiInputs, DockerApiOutputs } from "../../sdk/shapes";
import type { Connection } from "../../transport/types";
import { swarmLock } from "../lock";
import { until } from "../../cluster/poll";
import type * as certificates from "./certificates";
import { isDue } from "./renewal";

type Inputs = DockerApiInputs;
type Outputs = DockerApiOutputs;

const port = 2376;
const folder = "/etc/docker/slipway-tls";
const unitFile = "/etc/systemd/system/docker.service.d/slipway-api.conf";
const answerSeconds = 60;
const restartSeconds = 180;

/**
 * systemd drop-in: the engine's own socket as before, and TLS on the machine's address besides.
 * The command line is the way: `hosts` in daemon.json collides with the unit's own `-H`. `DOCKER_OPTS` is what
 * Debian's unit reads from /etc/default/docker.
 */
export function unitText(address: string): string {
  return [
    "[Service]",
    "ExecStart=",
    `ExecStart=/usr/bin/env dockerd -H fd:// --containerd=/run/containerd/containerd.sock -H tcp://${address}:${port} --tlsverify --tlscacert=${folder}/ca.pem --tlscert=${folder}/cert.pem --tlskey=${folder}/key.pem $DOCKER_OPTS`,
    "",
  ].join("\n");
}

/** Docker API of one manager over mutual TLS. */
export const dockerApi: ResourceHandler<Inputs, Outputs> = {
  token: "slipway:index:DockerApi",
  secretOutputs: [],
  optionalInputs: ["vmUuid"],

  check: () => [],

  diff(olds, news) {
    const compared = compareInputs(
      olds,
      news,
      ["machine", "vmUuid", "caCertificate", "caKey", "validityDays"],
      ["machine", "vmUuid"],
    );
    if (isDue(olds.expires, olds.validityDays, new Date()))
      return {
        ...compared,
        changes: true,
        changedKeys: [...(compared.changedKeys ?? []), "validityDays"],
      };
    return compared;
  },

  preview(_context, _inputs, olds) {
    return Promise.resolve({ endpoint: olds?.endpoint ?? unknown, expires: unknown });
  },

  async create(context, inputs) {
    const id = inputs.vmUuid === undefined ? inputs.machine : `${inputs.machine}/${inputs.vmUuid}`;
    return { id, outputs: await provide(context, inputs) };
  },

  async read(context, _id, olds) {
    const { machine, vmUuid, caCertificate, caKey, validityDays, endpoint, expires } = olds;
    const inputs = { machine, vmUuid, caCertificate, caKey, validityDays };
    const outputs = { endpoint, expires };
    try {
      if ((await context.inventory.existence(olds)) === "absent") return undefined;
      const connection = await context.connect(olds);
      const installed = await connection.must(
        "looking at the Docker API",
        `test ! -f ${unitFile} || cat ${folder}/ca.pem`,
      );
      // What is trusted there, in the terms of the inputs: nothing, where the set-up is gone.
      return { inputs: { ...inputs, caCertificate: installed }, outputs };
    } catch (error) {
      context.signal.throwIfAborted();
      context.warn(
        `the Docker API of ${machine} is not refreshed, the recorded state is kept: ${messageOf(error)}`,
      );
      return { inputs, outputs };
    }
  },

  update(context, _id, _olds, news) {
    return provide(context, news);
  },

  async delete(context, _id, olds) {
    // With a VM it goes; an existing host is given back as it was.
    if (olds.vmUuid !== undefined) return;
    if ((await context.inventory.existence(olds)) === "absent") {
      context.warn(
        `${olds.machine} is no host of this cluster any more: its Docker API stays open to holders of the cluster's client certificate. ` +
          `Close it there: rm -r ${unitFile} ${folder}; systemctl daemon-reload; systemctl restart docker`,
      );
      return;
    }
    await swarmLock.disrupt(
      context,
      olds,
      `closing the Docker API of ${olds.machine}`,
      async (connection) => {
        await connection.must(
          "closing the Docker API",
          `test -e ${unitFile} || exit 0\nrm -rf ${unitFile} ${folder}\nsystemctl daemon-reload\nsystemctl restart docker`,
          { timeoutSeconds: restartSeconds },
        );
      },
    );
  },
};

async function provide(context: Context, inputs: Inputs): Promise<Outputs> {
  const { issue } = module.require("./certificates") as typeof certificates;
  const connection = await context.connect(inputs);
  const hostname = (await connection.must("asking the host name", "hostname")).trim();
  const authority = { certificate: inputs.caCertificate, key: inputs.caKey };
  const server = await issue(
    authority,
    {
      commonName: hostname,
      usage: "server",
      names: [
        { type: "ip", value: connection.address },
        { type: "ip", value: "127.0.0.1" },
        { type: "dns", value: hostname },
      ],
    },
    inputs.validityDays,
  );
  const install = async (to: Connection): Promise<void> => {
    await to.must(
      "preparing the Docker API",
      `install -d -m 700 ${folder} && install -d ${unitFile.replace(/\/[^/]*$/, "")}`,
    );
    await to.writeFile(`${folder}/ca.pem`, inputs.caCertificate, 0o644);
    await to.writeFile(`${folder}/cert.pem`, server.certificate, 0o644);
    await to.writeFile(`${folder}/key.pem`, server.key, 0o600);
    await to.writeFile(unitFile, unitText(connection.address), 0o644);
    await to.must("opening the Docker API", "systemctl daemon-reload && systemctl restart docker", {
      timeoutSeconds: restartSeconds,
    });
  };
  // A manager that is in a Swarm already takes its turn: its engine restarts.
  await swarmLock.disrupt(context, inputs, `opening the Docker API of ${inputs.machine}`, install);

  const probe = await issue(authority, { commonName: "slipway probe", usage: "client" }, 1);
  const endpoint = `tcp://${connection.address}:${port}`;
  let last = "";
  await until(
    async () => {
      try {
        await ping(connection.address, inputs.caCertificate, probe.certificate, probe.key);
        return true;
      } catch (error) {
        last = messageOf(error);
        return undefined;
      }
    },
    {
      seconds: answerSeconds,
      signal: context.signal,
      late: () => `${inputs.machine}: the Docker API does not answer on ${endpoint}: ${last}`,
    },
  );
  return { endpoint, expires: server.expires.toISOString() };
}

function ping(host: string, ca: string, cert: string, key: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = https.get(
      { host, port, path: "/_ping", ca, cert, key, timeout: 5000 },
      (response) => {
        response.resume();
        if (response.statusCode === 200) resolve();
        else reject(new Error(`it answers with status ${String(response.statusCode)}`));
      },
    );
    request.once("timeout", () => request.destroy(new Error("no answer within 5 s")));
    request.once("error", reject);
  });
}
