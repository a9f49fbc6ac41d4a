import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { EngineMessages } from "./server/engineLog";
import { Lifetime } from "./server/lifetime";
import { LogFile } from "./server/logFile";
import { Redactor } from "./server/redactor";
import { ProviderServer } from "./server/server";
import { handlers } from "./handlers";
import { version } from "../package.json";

/** The slipway provider: Pulumi starts it with the address of its engine and reads our port from the first line. */
function main(engineAddress: string | undefined): void {
  const lifetime = new Lifetime();
  const redactor = new Redactor();
  const logFile = new LogFile(process.env.SLIPWAY_PROVIDER_LOG, redactor);
  const messages = new EngineMessages(engineAddress, redactor, logFile);
  if (engineAddress !== undefined) lifetime.watchInput(engineAddress);

  process.on("uncaughtException", (error) => {
    logFile.write(`unexpected: ${error.stack ?? error.message}`);
    process.stderr.write(redactor.redact(`slipway provider: ${error.message}\n`));
    process.exit(1);
  });

  const server = new Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  const provider = new ProviderServer({ version, handlers, lifetime, messages, redactor, logFile });
  server.addService(ResourceProviderService, provider.service());
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`);
    logFile.write(`listening, ${Math.round(performance.now())} ms after start`);
  });
}

// The engine's address is the last argument; flags for tracing may stand before it.
main(process.argv.slice(2).at(-1));
