import { readFileSync } from "node:fs";
import { request } from "node:https";
import { LabError } from "../errors";
import type { Blob, RegistryImage } from "./image";

/** A registry as its clients see it. */
export interface RegistryAddress {
  /** `host:port`. */
  readonly host: string;
  /** Path of the certificate authority's certificate. */
  readonly ca: string;
}

/** Pushes an image by the registry's API. What the registry has already is not sent again. */
export async function pushImage(
  registry: RegistryAddress,
  repository: string,
  tag: string,
  image: RegistryImage,
): Promise<void> {
  for (const blob of [...image.layers, image.config]) await pushBlob(registry, repository, blob);
  await call(registry, "PUT", `/v2/${repository}/manifests/${tag}`, 201, image.manifest);
}

async function pushBlob(registry: RegistryAddress, repository: string, blob: Blob): Promise<void> {
  const there = await send(registry, "HEAD", `/v2/${repository}/blobs/${blob.digest}`);
  if (there.status === 200) return;
  const started = await call(registry, "POST", `/v2/${repository}/blobs/uploads/`, 202);
  const target = new URL(started.location, `https://${registry.host}`);
  target.searchParams.set("digest", blob.digest);
  await call(registry, "PUT", target.pathname + target.search, 201, {
    ...blob,
    mediaType: "application/octet-stream",
  });
}

export async function registryAnswers(registry: RegistryAddress): Promise<boolean> {
  return send(registry, "GET", "/v2/").then(
    (answer) => answer.status === 200,
    () => false,
  );
}

interface Answer {
  readonly status: number;
  readonly location: string;
  readonly body: string;
}

async function call(
  registry: RegistryAddress,
  method: string,
  path: string,
  expected: number,
  body?: Pick<Blob, "content" | "mediaType">,
): Promise<Answer> {
  const answer = await send(registry, method, path, body);
  if (answer.status !== expected) {
    throw new LabError(
      `The lab's registry answered ${String(answer.status)} to ${method} ${path}: ${answer.body}`,
    );
  }
  return answer;
}

function send(
  registry: RegistryAddress,
  method: string,
  path: string,
  body?: Pick<Blob, "content" | "mediaType">,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers =
      body === undefined
        ? {}
        : { "content-type": body.mediaType, "content-length": body.content.length };
    const asked = request(
      `https://${registry.host}${path}`,
      { method, headers, ca: readFileSync(registry.ca) },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.on("end", () => {
          resolve({
            status: response.statusCode ?? 0,
            location: response.headers.location ?? "",
            body: text,
          });
        });
      },
    );
    asked.on("error", reject);
    asked.end(body?.content);
  });
}
