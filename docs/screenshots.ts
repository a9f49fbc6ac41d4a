/** Takes the pictures of pages that the guides show: `npm run docs:screenshots`. The pages are of fixtures, so that only what is looked like changes. */
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { html as evidencePage } from "../cli/audit/formats/html";
import { html as statusPage } from "../cli/status/formats/html";
import { statusView } from "../cli/status/model";
import { auditedShop } from "../test/policies/support/audited";
import { openBrowser } from "../test/support/browser";
import { degraded, facts, healthy, unreachable } from "../test/unit/status/facts";

interface Picture {
  readonly name: string;
  readonly page: () => string | Promise<string>;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  readonly colours: "light" | "dark";
}

const status = () => statusPage(statusView(facts(degraded(), healthy(), unreachable())));

const pictures: readonly Picture[] = [
  { name: "status", page: status, width: 1200, height: 1320, colours: "light" },
  { name: "status-dark", page: status, width: 1200, height: 560, colours: "dark" },
  {
    name: "audit",
    page: async () => evidencePage(await auditedShop("registry.example.com/shop:latest")),
    width: 1200,
    height: 900,
    colours: "light",
  },
];

/** What a picture may weigh: a guide is read over slow lines, too. */
const heaviest = 150_000;

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "slipway-pictures-"));
  const browser = await openBrowser();
  try {
    for (const { name, page: made, width, height, colours } of pictures) {
      const source = path.join(folder, `${name}.html`);
      await writeFile(source, await made());
      const page = await browser.newPage({ viewport: { width, height }, colorScheme: colours });
      await page.goto(pathToFileURL(source).href);
      const file = path.join(__dirname, "images", `${name}.png`);
      await page.screenshot({ path: file });
      await page.close();
      const { size } = await stat(file);
      process.stdout.write(`${path.relative(process.cwd(), file)}: ${size} bytes\n`);
      if (size > heaviest)
        throw new Error(`${file} has more than ${heaviest} bytes: show less of it`);
    }
  } finally {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  }
}

void main();
