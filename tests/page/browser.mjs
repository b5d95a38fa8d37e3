// node browser.mjs PAGE [FOLDER [SCREEN]]: the page in headless Chromium by file://, as a person uses it. With a folder, each screen
// is kept there as a picture: wide and narrow, light and dark.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [page_file, pictures] = process.argv.slice(2, 4).map((path) => resolve(path));
const only = process.argv[4];
const require = createRequire(new URL("../../page/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const axe_source = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const address = pathToFileURL(page_file).href;

const wrong = [];
const check = (sentence, truth, seen = "") => {
  console.log(`${truth ? "ok  " : "WRONG"} ${sentence}${seen !== "" ? `: ${seen}` : ""}`);
  if (!truth) wrong.push(sentence);
};

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const troubles = [], requests = [];

async function open(hash = "", options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB", ...options });
  const page = await context.newPage();
  page.on("console", (message) => message.type() === "error" && troubles.push(message.text()));
  page.on("pageerror", (error) => troubles.push(error.message));
  page.on("request", (request) => !/^(blob:|file:.*\.html)/.test(request.url()) && requests.push(request.url()));
  await page.goto(address + hash);
  await page.waitForSelector("html[data-ready]");
  return page;
}
const close = (page) => page.context().close();
const text = (page, selector) => page.locator(selector).first().innerText();
const iteration = async (page) => Number(await page.locator(".transport input[type=number]").first().inputValue());
const until = (page, condition, value) => page.waitForFunction(condition, value, { timeout: 5000 });
const at = (page, n) => until(page, (wanted) => document.querySelector(".summary b")?.textContent.includes(` ${wanted}`), n);

// Half a second on a machine that does nothing else.
async function opens() {
  const page = await open();
  await page.waitForSelector("html[data-answers]");
  const times = await page.evaluate(() => performance.getEntriesByType("mark").map((mark) => `${mark.name} ${Math.round(mark.startTime)} ms`));
  const drawn = await page.evaluate(() => performance.getEntriesByName("drawn")[0].startTime);
  check("the page is drawn soon, and its engine says the same soon after", drawn < 2000, times.join(", "));
  const chinese = await open("", { locale: "zh-CN" });
  await chinese.waitForSelector("html[data-answers]");
  check("and in Chinese", (await text(chinese, ".summary b")) === "第 0 次迭代");
  await close(chinese);
  check("it opens on the tutorial's first cost", (await text(page, ".summary")).includes("cost 0.856267"));
  check("it shows ten phases", (await page.locator(".phases li").count()) === 10);
  await page.locator('button[aria-label^="W1[1,1] "]').first().hover();
  check("the first weights are the tutorial's", (await page.locator('button[title^="W1[1,1] = -0.4167578474054706"]').count()) > 0);
  await close(page);
}

async function keyboard() {
  const page = await open();
  for (let i = 0; i < 6; ++i) await page.keyboard.press("ArrowRight");
  check("arrows go through the phases", (await text(page, ".phase h2")).includes("dW2 = dZ2 * A1' / m"));
  await page.keyboard.press("Shift+ArrowRight");
  await at(page, 1);
  await page.keyboard.press("End");
  await at(page, 1000);
  check("End is the last iteration, with the tutorial's cost", (await text(page, ".summary")).includes("cost 0.011831"));
  await page.keyboard.press("Home");
  await at(page, 0);
  await page.keyboard.press("g");
  await until(page, () => document.querySelector(".summary").textContent.includes("gradients agree"));
  check("g checks the gradients", (await text(page, ".summary")).includes("9 of 9 gradients agree"));
  await page.keyboard.press("Space");
  await until(page, () => Number(document.querySelector(".transport input[type=number]").value) > 3);
  await page.keyboard.press("Space");
  check("Space runs and pauses", (await iteration(page)) > 3);
  await close(page);
}

async function cells() {
  const page = await open("#data=xor&seed=2&iteration=137&phase=7");
  await page.getByRole("button", { name: /^dW2\[1,2\] / }).click();
  await page.waitForSelector(".cell");
  check("a cell shows its four products", (await page.locator(".terms tbody tr").count()) === 4);
  check("the address names it", (await page.evaluate(() => location.hash)).endsWith("iteration=137&phase=7&cell=dW2[1,2]&lang=en"), await page.evaluate(() => location.hash));
  await page.locator(".terms .link").nth(1).click();
  await until(page, () => document.querySelector(".cell h3").textContent.startsWith("A1[2,1]"));
  check("a factor leads to its own phase", (await text(page, ".phase h2")).includes("A1 = tanh(Z1)"));
  const again = await open("#data=xor&seed=2&iteration=137&phase=7&cell=dW2[1,2]&lang=zh");
  check("an address opens what it names, in Chinese", (await text(again, ".summary b")) === "第 137 次迭代" && (await text(again, ".cell h3")).startsWith("dW2[1,2]"));
  await close(again);
  await close(page);
}

async function branches() {
  const page = await open("#data=xor&iteration=100");
  await page.locator(".branch summary").click();
  await page.locator('.branch input[name="learning-rate"]').fill("1");
  await page.locator(".branch form button").click();
  await page.waitForSelector(".runs");
  await page.keyboard.press("End");
  await at(page, 1000);
  check("a branch is a second course", (await page.locator("path.cost").count()) === 2);
  await close(page);
}

async function looks_closer() {
  const series = await open("#data=waves.csv&shape=1x24&net=conv%203x5%20relu,%20flatten&iteration=20&cell=Z1[2,9,1]");
  check("the window lies on the numbers that are multiplied", (await series.locator(".window circle").count()) === 5);
  await series.locator('.convolution input[type="range"]').focus();
  await series.keyboard.press("ArrowRight");
  await until(series, () => document.querySelector(".cell h3").textContent.startsWith("Z1[2,10,1]"));
  check("and moves by the keyboard", (await series.locator('.window circle title', { hasText: "X[1,10,1]" }).count()) === 1);
  await close(series);
  const machine = await open("#data=stripes.csv&scale=none&net=8%20sigmoid&pretrain=rbm&pretrain-epochs=100&validation=0&iteration=99");
  await machine.waitForSelector(".machine");
  check("a machine shows its phases and a filter for each unit", (await machine.locator(".phases li").count()) === 10 && (await machine.locator(".machine").first().locator("canvas").count()) === 8);
  await machine.locator(".machine-choice select").selectOption("0");
  await until(machine, () => document.querySelector(".phases")?.textContent.includes("dW1"));
  check("the network behind the machines is there", (await machine.locator(".network").count()) === 1);
  await close(machine);
  const points = await open("#data=xor&screen=data");
  for (const [x1, x2, kind] of [["0.2", "0.3", 0], ["0.8", "0.7", 1]]) {
    await points.locator(".points input[type=radio]").nth(kind).focus();
    await points.keyboard.press("Space");
    await points.locator('.points input[name="x1"]').fill(x1);
    await points.locator('.points input[name="x2"]').fill(x2);
    await points.keyboard.press("Enter");
  }
  await points.getByRole("button", { name: "train on them" }).focus();
  await points.keyboard.press("Enter");
  await until(points, () => location.hash.includes("points.csv"));
  check("points are put by the keyboard, and trained on", (await text(points, ".rows")).includes("2 examples"));
  await close(points);
}

async function refuses() {
  const page = await open("#data=nowhere");
  check("an unknown address is one sentence", /nowhere/.test(await text(page, ".error")), await text(page, ".error"));
  await page.locator("#words").fill('xor --net "4 tan"');
  await page.keyboard.press("Enter");
  await until(page, () => document.querySelector(".error")?.textContent.includes("tan"));
  check("a mistake in the words is the program's sentence", true, await text(page, ".error"));
  await page.locator("#words").fill("circles --net \"4 tanh\" --iterations 5000");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".plane canvas");
  await page.getByRole("button", { name: "中文" }).click();
  await page.locator("#words").fill('xor --net "4 tan"');
  await page.keyboard.press("Enter");
  await page.waitForSelector(".error");
  check("the engine speaks Chinese as well", /[一-龥]{3}/.test(await text(page, ".error")), await text(page, ".error"));
  await page.locator("#words").fill("circles --net \"4 tanh\" --iterations 5000");
  await page.keyboard.press("Enter");
  await until(page, () => !document.querySelector(".error"));
  check("and the next words are understood", (await page.locator(".error").count()) === 0);
  await close(page);
}

// Questions that the page was made for, in at most three actions each.
async function answers_soon() {
  const page = await open();
  await page.locator(".transport input[type=number]").first().fill("37");
  await page.keyboard.press("Enter");
  await at(page, 37);
  await page.locator(".phases li").nth(6).locator("button").click();
  await page.getByRole("button", { name: /^dW2\[1,1\] / }).click();
  await page.waitForSelector(".terms");
  const products = await page.locator(".terms tbody td:last-child").allInnerTexts();
  const marked = products.findIndex((one) => one.includes("◂")), sizes = products.map((one) => Math.abs(Number(one.replace("◂", ""))));
  check("which example pushed W2[1,1] most at iteration 37? Of its four products the largest is marked",
    products.length === 4 && sizes[marked] === Math.max(...sizes), products.join(" "));
  await page.locator(".screens button", { hasText: "Health" }).click();
  await page.getByRole("button", { name: "measure over time" }).click();
  await page.waitForSelector(".screen > .units tbody tr:nth-child(2)", { timeout: 60000 });
  check("when did hidden unit 2 saturate? A table says it", (await text(page, ".screen > .units tbody tr:nth-child(2)")).startsWith("A1[2]"));
  await close(page);
}

const file = (name, contents) => ({ name, mimeType: "text/csv", buffer: Buffer.from(contents) });

async function takes_tables() {
  const rows = Array.from({ length: 2000 }, (_, i) => `${Math.sin(i).toFixed(4)},${((i * 37) % 101) / 50 - 1},${Math.sin(i) * (((i * 37) % 101) / 50 - 1) > 0 ? "yes" : "no"}`);
  const page = await open("#data=xor&screen=data");
  const input = page.locator('input[type="file"]');
  await input.setInputFiles(file("own.csv", "a,b,same\n" + rows.join("\n") + "\n"));
  await until(page, () => document.querySelector(".rows")?.textContent.includes("1600 examples"));
  const words = await page.locator(".note code").first().innerText();
  check("a table of 2,000 rows is learned from, and its command is shown", words.startsWith("gradus train own.csv --"), words.slice(0, 60));
  await page.getByRole("button", { name: "train to the end" }).click();
  await page.waitForSelector(".answers [role=status] + .as-table", { timeout: 60000 });
  check("it trains to the end, and answers every row", /Training: accuracy 0\.9/.test(await text(page, ".answers")), await text(page, ".answers [role=status]"));
  await page.locator(".screens button").first().click();
  await page.keyboard.press("Shift+ArrowRight");
  await at(page, 1);
  await page.locator(".screens button").nth(1).click();
  await input.setInputFiles(file("broken.csv", "a,b,c\n1,2\n3,4,5,6\n"));
  await page.waitForSelector(".error");
  check("a broken table is one sentence, and nothing is lost", (await text(page, ".rows")).includes("1600 examples"), await text(page, ".error"));
  await page.evaluate(() => {  // as somebody drops it
    const event = new Event("drop", { bubbles: true });
    event.dataTransfer = { files: [{ name: "large.csv", size: 100e6, text: () => Promise.reject(new Error("was read")) }] };
    document.querySelector(".page").dispatchEvent(event);
  });
  await until(page, () => document.querySelector(".error")?.textContent.includes("large.csv"));
  check("100 MB are refused unread", (await text(page, ".error")).includes("at most 5 MB"), await text(page, ".error"));
  await close(page);
  const context = await browser.newContext();
  const old = await context.newPage();
  await old.addInitScript(() => { delete WebAssembly.Exception; });
  await old.goto(address);
  await old.waitForFunction(() => document.querySelector("#root").textContent.length > 20);
  check("an old browser is told so", /too old/.test(await old.locator("#root").innerText()), await old.locator("#root").innerText());
  await context.close();
}

async function stays_awake() {
  const page = await open("#data=xor&iterations=100001");
  await page.evaluate(() => {
    window.long = 0;
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.long = Math.max(window.long, entry.duration); }).observe({ type: "longtask" });
  });
  const begin = Date.now();
  await page.keyboard.press("End");
  await page.waitForFunction(() => document.querySelector(".summary b")?.textContent.includes("100000"), null, { timeout: 60000 });
  check("100,000 iterations are made", true, `${Date.now() - begin} ms`);
  const slowest = await page.evaluate(async () => {
    const scrubber = document.querySelector(".scrubber");
    let slowest = 0;
    for (const to of [70000, 12345, 99999, 1, 54321]) {
      const begin = performance.now();
      scrubber.value = to;
      scrubber.dispatchEvent(new Event("input", { bubbles: true }));
      while (!document.querySelector(".summary b").textContent.includes(String(to))) await new Promise(requestAnimationFrame);
      slowest = Math.max(slowest, performance.now() - begin);
    }
    return slowest;
  });
  check("the scrubber answers", slowest < 500, `${Math.round(slowest)} ms at most`);
  check("nothing keeps the page busy for long", (await page.evaluate(() => window.long)) < 200, `${await page.evaluate(() => window.long)} ms at most, 0: below 50`);
  await close(page);
}

// Each screen as it is when somebody has used it.
const studied = (button, done) => async (page) => {
  await page.locator(".screen button", { hasText: button }).first().click();
  await page.waitForFunction(done, null, { timeout: 60000 });
};
const screens = {
  xor: ["#data=xor&iteration=137&phase=7&cell=dW2[1,2]"],
  first: [""],
  circles: ["#data=circles&net=8%20tanh&epochs=40&iteration=300&phase=3"],
  series: ["#data=waves.csv&shape=1x24&net=conv%203x5%20relu,%20maxpool%204,%20flatten&learning-rate=0.01&iteration=200&cell=Z1[2,9,1]"],
  machine: ["#data=stripes.csv&scale=none&net=8%20sigmoid&pretrain=rbm&pretrain-epochs=400&validation=0&iteration=399&phase=2"],
  slice: ["#data=xor&iteration=1000", async (page) => {
    await page.keyboard.press("Home");
    await page.locator(".planes button").click();
    await page.waitForSelector(".slice svg");
  }],
  data: ["#data=circles&screen=data", async (page) => {
    for (const [x, y, kind] of [[60, 80, 0], [90, 200, 0], [200, 60, 1], [180, 220, 1]]) {
      await page.locator(".points input[type=radio]").nth(kind).check();
      await page.locator(".points svg").click({ position: { x, y } });
    }
  }],
  health: ["#data=xor&seed=2&iterations=1001&screen=health", async (page) => {
    await studied(/over time|整个过程/, () => !document.querySelector(".screen [role=status]") && document.querySelector(".screen > .units"))(page);
    await studied(/doctor|医生/, () => document.querySelector(".findings"))(page);
  }],
  seeds: ["#data=xor&screen=seeds", studied(/20/, () => document.querySelectorAll(".group .atlas li").length === 20)],
  compare: ["#data=xor&iteration=100", async (page) => {
    await page.locator(".branch summary").click();
    await page.locator('.branch input[name="learning-rate"]').fill("1");
    await page.locator(".branch form button").click();
    await page.waitForSelector(".runs");
    await page.keyboard.press("Shift+ArrowRight");
    await page.locator(".screens button").last().click();
    await page.waitForSelector(".screen table");
  }],
};

async function is_accessible() {
  for (const [name, [hash, act]] of Object.entries(screens))
    for (const [width, colorScheme, lang] of [[1280, "light", "en"], [360, "dark", "zh"], [360, "light", "en"]]) {
      const page = await open(`${hash || "#data=xor"}&lang=${lang}`, { colorScheme, viewport: { width, height: 740 }, reducedMotion: width === 360 ? "reduce" : "no-preference" });
      await act?.(page);
      const bare = await page.evaluate(() => [...document.querySelectorAll("svg")].filter((picture) => !picture.getAttribute("aria-label")
        || !picture.closest("figure, fieldset")?.querySelector(".as-table") && !picture.closest(".convolution")
          && !picture.closest(".spreads")?.nextElementSibling.matches(".as-table")).length);
      check(`each picture has a sentence and a table (${name})`, bare === 0, bare || "");
      const moving = await page.evaluate(() => document.getAnimations().length
        + [...document.querySelectorAll("*")].filter((one) => parseFloat(getComputedStyle(one).transitionDuration) > 0).length);
      if (width === 360) check(`nothing moves by itself for who wants less motion (${name})`, moving === 0, moving || "");
      await page.evaluate(axe_source);
      const found = await page.evaluate(async () => (await window.axe.run()).violations.map((one) => `${one.id} ${one.nodes.slice(0, 3).map((node) => node.target).join(" ")}`));
      check(`axe finds nothing (${name}, ${width} px, ${colorScheme}, ${lang})`, found.length === 0, found.join("; "));
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      check(`nothing is wider than the screen (${name}, ${width} px)`, wide <= 0, wide);
      await close(page);
    }
}

// 200 % of 1280 x 900: half as many pixels of CSS, each twice as large.
async function can_be_magnified() {
  for (const [name, [hash, act]] of Object.entries(screens)) {
    const page = await open(`${hash || "#data=xor"}&lang=en`, { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 });
    await act?.(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    const covered = await page.evaluate(() => (document.querySelector(".transport")?.getBoundingClientRect().height ?? 0) / innerHeight);
    check(`at 200 % nothing is wider than the screen, and the bar leaves room (${name})`, wide <= 0 && covered < 0.35, `${wide}, ${Math.round(100 * covered)} %`);
    await close(page);
  }
}

async function take_pictures() {
  for (const [name, [hash, act]] of Object.entries(screens).filter(([name]) => !only || name === only))
    for (const width of [1280, 360])
      for (const [colorScheme, lang] of [["light", "en"], ["dark", "zh"]]) {
        const page = await open(`${hash || "#data=xor"}&lang=${lang}`, { colorScheme, viewport: { width, height: 900 } });
        await act?.(page);
        await page.screenshot({ path: join(pictures, `${name}-${width}-${colorScheme}-${lang}.png`), fullPage: true });
        await close(page);
      }
}

try {
  for (const part of pictures ? [take_pictures] : [opens, keyboard, cells, branches, looks_closer, refuses, answers_soon, takes_tables, stays_awake, is_accessible, can_be_magnified]) await part();
} catch (error) {
  check(error.message.split("\n")[0], false);
}
check("nothing is requested", requests.length === 0, requests.join(" "));
check("nothing is wrong on the console", troubles.length === 0, troubles.slice(0, 3).join(" "));
await browser.close();
process.exit(wrong.length > 0 ? 1 : 0);
