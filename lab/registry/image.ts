import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { tar } from "./tar";

export interface Blob {
  readonly digest: string;
  readonly content: Buffer;
  readonly mediaType: string;
}

/** An image in the form in which registries take it. */
export interface RegistryImage {
  readonly config: Blob;
  readonly layers: readonly Blob[];
  readonly manifest: Blob;
}

const types = {
  manifest: "application/vnd.docker.distribution.manifest.v2+json",
  config: "application/vnd.docker.container.image.v1+json",
  layer: "application/vnd.docker.image.rootfs.diff.tar.gzip",
} as const;

/** An image of nothing but one static program at `/hello`, with a health check of its own. */
export function programImage(program: Buffer, architecture: string): RegistryImage {
  const archive = tar([{ name: "hello", content: program, mode: 0o755 }]);
  const second = 1_000_000_000; // the image format counts in nanoseconds
  return layerImage({ archive, compressed: gzipSync(archive, { level: 6 }) }, architecture, {
    Entrypoint: ["/hello"],
    Cmd: ["web"],
    User: "65534:65534",
    Healthcheck: {
      Test: ["CMD", "/hello", "healthcheck"],
      Interval: 2 * second,
      Timeout: 3 * second,
      StartPeriod: 10 * second,
      Retries: 3,
    },
  });
}

/** A tar archive, and the same compressed by gzip. */
export interface Layer {
  readonly archive: Buffer;
  readonly compressed: Buffer;
}

/** An image of one layer. `settings` are those of its containers, as the image format has them. */
export function layerImage(
  layer: Layer,
  architecture: string,
  settings: Readonly<Record<string, unknown>>,
): RegistryImage {
  return layeredImage([packed(layer)], architecture, settings);
}

/** A layer as an image names it. */
export interface PackedLayer {
  /** Digest of the archive. */
  readonly diffId: string;
  readonly compressed: Buffer;
}

export function packed({ archive, compressed }: Layer): PackedLayer {
  return { diffId: sha256(archive), compressed };
}

/** An image of several layers, the lowest first. Images that share one are fetched with it once. */
export function layeredImage(
  layers: readonly PackedLayer[],
  architecture: string,
  settings: Readonly<Record<string, unknown>>,
): RegistryImage {
  const blobs = layers.map(({ compressed }) => blob(compressed, types.layer));
  const config = blob(
    json({
      architecture,
      os: "linux",
      config: settings,
      rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) },
      history: layers.map(() => ({ created_by: "slipway lab" })),
    }),
    types.config,
  );
  const manifest = blob(
    json({
      schemaVersion: 2,
      mediaType: types.manifest,
      config: descriptor(config),
      layers: blobs.map(descriptor),
    }),
    types.manifest,
  );
  return { config, layers: blobs, manifest };
}

function descriptor(each: Blob): { mediaType: string; size: number; digest: string } {
  return { mediaType: each.mediaType, size: each.content.length, digest: each.digest };
}

function blob(content: Buffer, mediaType: string): Blob {
  return { digest: sha256(content), content, mediaType };
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function sha256(content: Buffer): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
