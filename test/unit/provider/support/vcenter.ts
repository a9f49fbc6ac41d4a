import "reflect-metadata";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { webcrypto } from "node:crypto";
import { cryptoProvider, PemConverter, X509CertificateGenerator } from "@peculiar/x509";

const fixtures = path.join(__dirname, "../../../fixtures/provider/vcenter");
export const recorded = (name: string): string => readFileSync(path.join(fixtures, name), "utf8");
export const faults = JSON.parse(recorded("faults.json")) as Readonly<Record<string, string>>;

/** An answer of the method without a value, or with this one. */
export function answer(method: string, value = ""): string {
  return `<?xml version="1.0"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><${method}Response xmlns="urn:vim25">${value}</${method}Response></e:Body></e:Envelope>`;
}

/** HTTPS that answers each SOAP method with a recorded text, under a self-signed certificate. */
export class SoapServer {
  readonly calls: string[] = [];
  readonly bodies: string[] = [];
  private server: Server | undefined;

  /** `respond` gets method and number of the call (from 0) of that method. */
  constructor(private readonly respond: (method: string, call: number) => string | undefined) {}

  async start(): Promise<string> {
    const server = createServer(await certificate(), (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const body = Buffer.concat(chunks).toString("utf8");
        const method = /<soapenv:Body><(\w+)/.exec(body)?.[1] ?? "";
        const text = this.respond(method, this.calls.filter((one) => one === method).length);
        this.calls.push(method);
        this.bodies.push(body);
        const code = text === undefined ? 404 : text.includes(":Fault>") ? 500 : 200;
        response.writeHead(code, { "set-cookie": "vmware_soap_session=abc; Path=/" });
        response.end(text ?? "not found");
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    this.server = server;
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server?.closeAllConnections();
    this.server?.close();
  }
}

async function certificate(): Promise<{ key: string; cert: string }> {
  cryptoProvider.set(webcrypto);
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const made = await X509CertificateGenerator.createSelfSigned({
    name: "CN=vcenter.test",
    keys,
    signingAlgorithm: algorithm,
  });
  const key = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { key: PemConverter.encode(key, "PRIVATE KEY"), cert: made.toString("pem") };
}
