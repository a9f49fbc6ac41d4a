/** A browser for pages that Slipway writes: Debian's Chromium, the machine's own where it has one. */
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { chromium, type Browser } from "playwright-core";
import { needSuite, unpackPackages } from "../../lab/parts/apt";
import { cachedPart } from "../../lab/parts/cache";
import { hashInputs } from "../../tools/hash";

/** As Debian's package installs it. */
const installed = "/usr/bin/chromium";

const packages = ["chromium", "fonts-dejavu-core"];

/** Nothing of a page under test may go anywhere, and nothing of the browser's own is to. */
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

interface Program {
  readonly executablePath: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the browser; whoever calls closes it. Where the machine has none, Debian's package is unpacked beside the lab's parts: seconds. */
export async function openBrowser(): Promise<Browser> {
  const { executablePath, env } = existsSync(installed)
    ? { executablePath: installed }
    : await unpacked();
  return chromium.launch({
    executablePath,
    args: flags,
    ...(env !== undefined && { env: { ...definedEnvironment(), ...env } }),
  });
}

async function unpacked(): Promise<Required<Program>> {
  const key = hashInputs(["/etc/os-release"], [...packages, "1"]);
  const folder = await cachedPart("chromium", key, async (work) => {
    process.stderr.write("chromium: fetching Debian's package\n");
    await needSuite("bookworm");
    await unpackPackages(packages, work);
  });
  const root = path.join(folder, "root");
  const libraries = path.join(root, "usr/lib/x86_64-linux-gnu");
  // The fonts of the machine, if it has any, make other pictures.
  const fonts = path.join(folder, "fonts.conf");
  writeFileSync(fonts, fontConfiguration(root, folder));
  return {
    executablePath: path.join(root, "usr/lib/chromium/chromium"),
    env: {
      LD_LIBRARY_PATH: [libraries, path.join(libraries, "pulseaudio")].join(":"),
      FONTCONFIG_FILE: fonts,
    },
  };
}

function fontConfiguration(root: string, folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${root}/usr/share/fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
  <alias><family>sans-serif</family><prefer><family>DejaVu Sans</family></prefer></alias>
  <alias><family>system-ui</family><prefer><family>DejaVu Sans</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
`;
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}
