/** The status page in a real browser, opened as a file: what people see of it. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { html } from "../../../cli/status/formats/html";
import { statusView } from "../../../cli/status/model";
import { openBrowser } from "../../support/browser";
import { degraded, facts, healthy, unmonitored, unreachable } from "./facts";

const folder = mkdtempSync(path.join(os.tmpdir(), "slipway-status-"));
const file = path.join(folder, "status.html");
const wide = { width: 1280, height: 900 } as const;
/** A telephone. */
const narrow = { width: 360, height: 740 } as const;

/** Least contrast of text that is read: https://www.w3.org/TR/WCAG22/#contrast-minimum */
const leastContrast = 4.5;

void describe("the status page in a browser", { timeout: 120_000 }, () => {
  let browser: Browser;
  let page: Page;
  const requests: string[] = [];
  const complaints: string[] = [];

  before(async () => {
    const view = statusView(facts(healthy(), degraded(), unreachable(), unmonitored()));
    writeFileSync(file, html(view));
    browser = await openBrowser();
    page = await browser.newPage({ viewport: wide });
    page.on("request", (request) => requests.push(request.url()));
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.goto(pathToFileURL(file).href);
  });

  after(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  void test("asks for nothing but itself, and nothing complains", () => {
    assert.deepEqual(requests, [pathToFileURL(file).href]);
    assert.deepEqual(complaints, []);
  });

  void test("says first how things are, and the worst cluster comes first", async () => {
    const verdict = page.getByRole("status");
    assert.match(await verdict.innerText(), /Of 4 clusters, 1 critical, 1 not known in full\./);
    const box = await verdict.boundingBox();
    assert.ok(box !== null && box.y + box.height < 200, "the verdict is not at the top");
    const sections = page.locator("main > section");
    assert.deepEqual(await sections.getByRole("heading", { level: 2 }).allInnerTexts(), [
      "prod",
      "edge",
      "dev",
      "small",
    ]);
    const links = page.getByRole("navigation", { name: "Clusters" }).getByRole("link");
    assert.deepEqual(
      (await links.allInnerTexts()).map((text) => text.split("\n")[0]?.trim()),
      [
        "✕ critical prod Swarm",
        "? unknown edge Swarm",
        "✓ healthy dev Kubernetes",
        "✓ healthy small Kubernetes",
      ],
    );
  });

  void test("shows of a cluster that is not well what is wrong, without a click", async () => {
    const prod = page.getByRole("region", { name: "prod", exact: true });
    for (const text of [
      "2 of 3 managers, no more may be lost",
      "node prod-managers-2-g3 is down (heartbeat failure)",
      "with prod-workers-0-g1 lost, the others have no room for what is reserved",
      "the certificate of https://shop.example.com/ ends in 10 days",
    ])
      assert.ok(await prod.getByText(text).first().isVisible(), text);
    const row = (name: string) => prod.getByRole("row").filter({ hasText: name });
    const cells = async (name: string) =>
      (await row(name).getByRole("cell").allInnerTexts()).map((text) =>
        text.replaceAll(/\s+/g, " ").trim(),
      );
    const shop = await cells("shop-prod");
    assert.deepEqual(shop.slice(2, 5), ["4 of 7 web 1 of 4", "2.0.1", "1.1.1"]);
    assert.match(shop[5] ?? "", /#41 \(promote\), 2026-11-19 14:02 UTC 2 d ago, jan/);
    const alert = await cells("NodeDown");
    assert.deepEqual(alert.slice(1, 4), ["NodeDown", "critical", "platform"]);
    assert.match(alert[4] ?? "", /2026-11-22 09:18 UTC 12 min/);
    assert.equal(
      await row("NodeDown").getByRole("link", { name: "runbook" }).getAttribute("href"),
      "https://runbooks.example.com/NodeDown.md",
    );
    assert.match((await cells("prod-workers-0-g1"))[7] ?? "", /96 % \/var\/lib\/docker/);
  });

  void test("shows plots of the last hours, with words for those who do not see them", async () => {
    const prod = page.getByRole("region", { name: "prod", exact: true });
    const plots = prod.getByRole("img", { name: /over the last 6 hours/ });
    assert.equal(await plots.count(), 5);
    assert.ok(
      await prod.getByRole("img", { name: /^Requests .* now 323\/s, at most 326\/s/ }).isVisible(),
    );
    const drawn = await page.evaluate(
      `[...document.querySelectorAll("#cluster-1 .spark path")].map((path) => {
        const { width, height } = path.getBBox();
        return width > 100 && height > 0;
      })`,
    );
    assert.deepEqual(drawn, [true, true, true, true, true]);
  });

  void test("says of what could not be asked that it is unknown, and nowhere that it is well", async () => {
    const edge = page.getByRole("region", { name: "edge", exact: true });
    assert.ok(await edge.getByText("? unknown").first().isVisible());
    assert.ok(await edge.getByText(/the Swarm can't be asked: .*no answer in 3 s/).isVisible());
    assert.equal(await edge.locator(".tiles .ok, .badge.ok").count(), 0);
    const small = page.getByRole("region", { name: "small", exact: true });
    assert.ok(
      await small
        .getByText("Not there: its cluster.yml has no platform.monitoring")
        .first()
        .isVisible(),
    );
  });

  void test("is led through by the keyboard: to a cluster, into what is folded, along a table", async () => {
    await page.evaluate("window.scrollTo(0, 0)");
    const link = page.getByRole("link", { name: /dev/ });
    await link.focus();
    await page.keyboard.press("Enter");
    assert.match(page.url(), /#cluster-3$/);
    const dev = page.getByRole("region", { name: "dev", exact: true });
    assert.ok(await dev.getByRole("heading", { level: 2 }).isVisible());
    const table = dev.getByRole("region", { name: "Nodes of dev" });
    assert.equal(await table.isVisible(), false);
    await dev.locator("summary", { hasText: "Nodes" }).focus();
    await page.keyboard.press("Enter");
    assert.ok(await table.isVisible());
    await page.keyboard.press("Tab");
    const focused = await page.evaluate("document.activeElement.getAttribute('aria-label')");
    assert.equal(focused, "Nodes of dev");
    // Every table is named, and every column of it.
    const unnamed = await page.evaluate(
      "[...document.querySelectorAll('table')].filter((table) => !table.closest('[aria-label]') || table.querySelector('th:not([scope])')).length",
    );
    assert.equal(unnamed, 0);
  });

  for (const colorScheme of ["light", "dark"] as const)
    void test(`can be read where it is ${colorScheme}`, async () => {
      await page.emulateMedia({ colorScheme });
      const seen = await page.evaluate<Colours[]>(contrasts);
      const background = seen[0]?.ground ?? [];
      assert.equal(brightness(background) > 0.5, colorScheme === "light");
      const poor = seen.filter(({ text, ground }) => contrast(text, ground) < leastContrast);
      assert.deepEqual(
        poor.map(({ what }) => what),
        [],
      );
      assert.ok(seen.length > 100, "hardly any text was looked at");
    });

  for (const viewport of [narrow, wide])
    void test(`is no wider than a window of ${viewport.width} pixels`, async () => {
      await page.setViewportSize(viewport);
      const width = await page.evaluate("document.documentElement.scrollWidth");
      assert.ok(Number(width) <= viewport.width, `it is ${String(width)} wide`);
      assert.ok(await page.getByRole("status").isVisible());
    });
});

type Colour = readonly number[];

interface Colours {
  readonly what: string;
  readonly text: Colour;
  readonly ground: Colour;
}

/** In the page: the colours of every text that is seen, and of what is behind it. */
const contrasts = `(() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = numbers(getComputedStyle(one).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const texts = [document.body, ...document.querySelectorAll("body *")].filter((element) =>
    element === document.body || (element.checkVisibility() && !element.closest("svg") &&
      [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== "")));
  return texts.map((element) => ({
    what: element.outerHTML.slice(0, 120),
    text: numbers(getComputedStyle(element).color).slice(0, 3),
    ground: ground(element),
  }));
})()`;

/** Relative luminance: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function brightness(colour: Colour): number {
  const [red = 0, green = 0, blue = 0] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: Colour, b: Colour): number {
  const [dark = 0, light = 0] = [brightness(a), brightness(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}
