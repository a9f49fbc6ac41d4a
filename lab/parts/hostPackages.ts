import { join } from "node:path";
import { needSuite, unpackPackages } from "./apt";
import { cachedPart } from "./cache";
import { hashInputs } from "../../tools/hash";

const names = [
  "docker.io",
  "containerd",
  "runc",
  "tini",
  "iptables",
  "nftables",
  "docker-registry",
  "debootstrap",
  "debian-archive-keyring",
];

/** Programs that run on the host, from Debian's packages, unpacked and not installed. */
export interface HostPackages {
  readonly root: string;
  /** Environment in which they find each other and their libraries. */
  readonly env: NodeJS.ProcessEnv;
}

export async function hostPackages(progress: (text: string) => void): Promise<HostPackages> {
  const key = hashInputs(["/etc/os-release"], names);
  const folder = await cachedPart("packages", key, async (work) => {
    progress("packages: fetching the engine, the registry and debootstrap");
    await needSuite("bookworm");
    await unpackPackages(names, work);
  });
  const root = join(folder, "root");
  const libraries = [
    "usr/lib/x86_64-linux-gnu",
    "lib/x86_64-linux-gnu",
    "usr/lib/aarch64-linux-gnu",
    "lib/aarch64-linux-gnu",
  ];
  return {
    root,
    env: {
      ...process.env,
      PATH: [
        ...["usr/sbin", "usr/bin", "sbin"].map((each) => join(root, each)),
        process.env.PATH ?? "",
      ].join(":"),
      LD_LIBRARY_PATH: [
        ...libraries.map((each) => join(root, each)),
        process.env.LD_LIBRARY_PATH ?? "",
      ]
        .filter((each) => each !== "")
        .join(":"),
      XTABLES_LIBDIR: libraries.map((each) => join(root, each, "xtables")).join(":"),
    },
  };
}
