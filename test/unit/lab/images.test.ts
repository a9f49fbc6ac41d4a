import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { ingressImages } from "../../../components/ingress";
import { loggingImages } from "../../../components/logging/images";
import { monitoringImages } from "../../../components/monitoring/images";
import { registryImages } from "../../../components/registry";
import { schedulerImages } from "../../../components/scheduler";
import { layerOf } from "../../../lab/images/files";
import { haproxyVersion } from "../../../lab/images/haproxy";
import { parseLibraries } from "../../../lab/images/libraries";
import { monitoringVersions } from "../../../lab/images/monitoring";
import { collectorVersion } from "../../../lab/images/openTelemetryCollector";
import { opensearchVersion } from "../../../lab/images/opensearch";
import { registryVersion } from "../../../lab/images/registry";
import { readImage, writeImage } from "../../../lab/images/store";
import { swarmCronjobVersion } from "../../../lab/images/swarmCronjob";
import { traefikVersion } from "../../../lab/images/traefik";
import { layerImage } from "../../../lab/registry/image";

describe("images of programs", () => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-image-"));
  const source = join(folder, "program");
  writeFileSync(source, "a program");
  const layer = () => layerOf([{ path: "/usr/local/bin/program", source, mode: 0o755 }]);

  test("have folders that any user may pass", async () => {
    writeFileSync(join(folder, "layer.tar"), (await layer()).archive);
    execFileSync("tar", ["-xf", "layer.tar"], { cwd: folder });
    assert.equal(statSync(join(folder, "usr/local/bin/program")).mode & 0o777, 0o755);
    assert.equal(statSync(join(folder, "usr/local")).mode & 0o777, 0o755);
    const names = execFileSync("tar", ["-tf", "layer.tar"], { cwd: folder, encoding: "utf8" });
    assert.equal(names, "usr/\nusr/local/\nusr/local/bin/\nusr/local/bin/program\n");
  });

  test("come back from the cache as they were", async () => {
    const image = layerImage(await layer(), "amd64", { User: "65534:65534" });
    writeImage(folder, image);
    assert.deepEqual(readImage(folder), image);
  });
});

test("the libraries of a program, and its loader, are read from what ldd says", () => {
  const listing = [
    "\tlinux-vdso.so.1 (0x00007ffd8a9f2000)",
    "\tlibssl.so.3 => /usr/lib/x86_64-linux-gnu/libssl.so.3 (0x00007f1e5c000000)",
    "\tlibmissing.so.1 => not found",
    "\t/lib64/ld-linux-x86-64.so.2 (0x00007f1e5c8f1000)",
    "",
  ].join("\n");
  assert.throws(() => parseLibraries(listing), /libmissing\.so\.1/);
  assert.deepEqual(parseLibraries(listing.replace(/.*libmissing.*\n/, "")), [
    { name: "libssl.so.3", file: "/usr/lib/x86_64-linux-gnu/libssl.so.3" },
    { name: "/lib64/ld-linux-x86-64.so.2", file: "/lib64/ld-linux-x86-64.so.2" },
  ]);
});

test("the lab's registry has the images that clusters ask for", () => {
  assert.deepEqual(ingressImages, {
    traefik: `traefik:${traefikVersion}`,
    haproxy: `haproxy:${haproxyVersion}`,
  });
  const version = (name: keyof typeof monitoringVersions) => `v${monitoringVersions[name]}`;
  assert.deepEqual(monitoringImages, {
    prometheus: `prom/prometheus:${version("prometheus")}`,
    alertmanager: `prom/alertmanager:${version("alertmanager")}`,
    nodeExporter: `prom/node-exporter:${version("nodeExporter")}`,
    blackboxExporter: `prom/blackbox-exporter:${version("blackboxExporter")}`,
    jsonExporter: `prometheuscommunity/json-exporter:${version("jsonExporter")}`,
    cadvisor: `gcr.io/cadvisor/cadvisor:${version("cadvisor")}`,
    haproxy: `haproxy:${haproxyVersion}`,
  });
  const { collector, store } = loggingImages;
  assert.equal(collector, `otel/opentelemetry-collector-contrib:${collectorVersion}`);
  assert.equal(store, `opensearchproject/opensearch:${opensearchVersion}`);
  assert.deepEqual(registryImages, { registry: `registry:${registryVersion.slice(1)}` });
  assert.deepEqual(schedulerImages, {
    swarmCronjob: `crazymax/swarm-cronjob:${swarmCronjobVersion.slice(1)}`,
    haproxy: `haproxy:${haproxyVersion}`,
  });
});
