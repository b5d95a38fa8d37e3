// node page/pictures.mjs PAGE FOLDER: the pictures of the README and of the guide, as the page draws them. scripts/pictures calls
// it.

import { chromium } from "playwright-core";
import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [page_file, folder] = process.argv.slice(2).map((path) => resolve(path));
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });

const hide_transport = (page) => page.addStyleTag({ content: ".transport { display: none }" });

async function take(name, hash, selector, { width = 1100, height = 760, act } = {}) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: "light", locale: "en-GB", reducedMotion: "reduce" });
  await page.goto(pathToFileURL(page_file).href + hash);
  await page.waitForSelector("html[data-ready]");
  await act?.(page);
  const path = join(folder, `${name}.png`);
  if (selector) await page.locator(selector).first().screenshot({ path });
  else await page.screenshot({ path });
  await page.close();
}

for (const lang of ["en", "zh"])
  await take(lang === "en" ? "page" : `page-${lang}`, `#data=xor&iteration=137&phase=7&cell=dW2[1,2]&lang=${lang}`, null, {
    width: 905, height: 660, act: (page) => page.evaluate(() => { document.documentElement.style.zoom = "0.61"; }),  // all of it, small
  });
const learned = "#data=xor&iteration=1000&lang=en", alone = { act: hide_transport };
await take("network", learned, ".network svg", alone);
await take("cost", learned, ".curve svg", alone);
await take("lines", learned, ".plane .picture", alone);
await take("hidden", learned, ".plane:nth-of-type(2) .picture", alone);
await take("window", "#data=waves.csv&shape=1x24&net=conv%203x5%20relu,%20maxpool%204,%20flatten&learning-rate=0.01&iteration=200&cell=Z1[2,9,1]&lang=en",
  ".convolution svg", alone);
for (const [place, name] of [[1, "seeds-solved"], [2, "seeds-stuck"]])
  await take(name, "#data=xor&screen=seeds&lang=en", `.group:nth-of-type(${place}) .atlas`, {
    width: 760,
    act: async (page) => {
      await page.locator(".screen button").first().click();
      await page.waitForFunction(() => document.querySelectorAll(".group .atlas li").length === 20, null, { timeout: 60000 });
    },
  });
await browser.close();
const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
console.log(`${folder}: ${Math.round(bytes / 1000)} kB`);
if (bytes > 300e3) throw new Error("more than 300 kB of pictures");
