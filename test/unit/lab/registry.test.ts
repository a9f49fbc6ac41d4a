import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { Authority } from "../../../lab/registry/authority";
import { programImage } from "../../../lab/registry/image";
import { tar } from "../../../lab/registry/tar";

describe("the sample image", () => {
  const program = Buffer.from("\x7fELF a program");
  const image = programImage(program, "amd64");

  test("is one executable, which tar can unpack", () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-tar-"));
    const layer = image.layers[0];
    assert.ok(layer !== undefined);
    writeFileSync(join(folder, "layer.tar"), gunzipSync(layer.content));
    execFileSync("tar", ["-xf", "layer.tar"], { cwd: folder });
    assert.deepEqual(readFileSync(join(folder, "hello")), program);
    assert.equal(statSync(join(folder, "hello")).mode & 0o777, 0o755);
  });

  test("names its parts by their digests", () => {
    const manifest = JSON.parse(image.manifest.content.toString()) as {
      config: { digest: string };
      layers: { digest: string; size: number }[];
    };
    const layer = image.layers[0];
    assert.equal(manifest.config.digest, image.config.digest);
    assert.equal(manifest.layers[0]?.digest, layer?.digest);
    assert.equal(manifest.layers[0]?.size, layer?.content.length);
    const config = JSON.parse(image.config.content.toString()) as {
      rootfs: { diff_ids: string[] };
    };
    const archive = tar([{ name: "hello", content: program, mode: 0o755 }]);
    assert.equal(
      config.rootfs.diff_ids[0],
      `sha256:${createHash("sha256").update(archive).digest("hex")}`,
    );
  });

  test("is the same for the same program", () => {
    assert.equal(programImage(program, "amd64").manifest.digest, image.manifest.digest);
  });
});

describe("the lab's certificate authority", () => {
  test("issues certificates for addresses and names that its own certificate proves", async () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-ca-"));
    const authority = await Authority.create(folder);
    const paths = await authority.issue("server", [
      { type: "ip", value: "10.89.0.1" },
      { type: "dns", value: "localhost" },
    ]);
    const ca = new X509Certificate(readFileSync(authority.certificatePath));
    const issued = new X509Certificate(readFileSync(paths.certificate));
    assert.ok(ca.ca && !issued.ca);
    assert.ok(issued.verify(ca.publicKey));
    assert.ok(issued.checkIssued(ca));
    assert.equal(issued.checkIP("10.89.0.1"), "10.89.0.1");
    assert.equal(issued.checkHost("localhost"), "localhost");
    assert.equal(issued.checkHost("elsewhere"), undefined);
    assert.equal(statSync(paths.key).mode & 0o777, 0o600);
  });
});
