import { join } from "node:path";
import { hashInputs } from "../../tools/hash";
import { run } from "../host/run";
import { needSuite, unpackPackages } from "../parts/apt";
import type { PackedLayer } from "../registry/image";
import { cachedLayer } from "./layers";
import { withLibraries } from "./libraries";

/** The version that Debian 12 ships. */
export const busyboxVersion = "1.35.0";

/** A shell and its usual commands: what makes folders for volumes, and what one looks around with. */
export function busyboxLayer(say: (text: string) => void): Promise<PackedLayer> {
  const key = hashInputs(["/etc/os-release"], [busyboxVersion, "dynamic"]);
  return cachedLayer("busybox", key, async (room) => {
    say(`busybox ${busyboxVersion}: fetching Debian's package`);
    await needSuite("bookworm");
    await unpackPackages(["busybox"], room);
    const source = join(room, "root/bin/busybox");
    const names = (await run(source, ["--list"])).trim().split("\n");
    // The static one cannot look names up: that takes libraries which are loaded as it runs.
    const files = await withLibraries([{ path: "/bin/busybox", source }], join(room, "root"));
    return [
      ...files,
      ...names
        .filter((name) => name !== "busybox")
        .map((name) => ({ path: `/bin/${name}`, link: "busybox" })),
    ];
  });
}
