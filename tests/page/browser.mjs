// node browser.mjs PAGE [PART | FOLDER [SCREEN]]: the page in headless Chromium by file://, as a person uses it; one part of that,
// by its name below. With a folder, each screen is kept there as a picture: wide and narrow, light and dark.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { stays_awake } from "./awake.mjs";
import { keyboard_alone } from "./keyboard.mjs";
import { screens } from "./screens.mjs";

const [page_file, wanted, only] = process.argv.slice(2);
const require = createRequire(new URL("../../page/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const axe_source = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const address = pathToFileURL(resolve(page_file)).href;

const wrong = [];
const check = (sentence, truth, seen = "") => {
  console.log(`${truth ? "ok  " : "WRONG"} ${sentence}${seen !== "" ? `: ${seen}` : ""}`);
  if (!truth) wrong.push(sentence);
};

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const troubles = [], requests = [];

async function open(hash = "", options = {}, script = null) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB", ...options });
  const page = await context.newPage();
  if (script) await page.addInitScript(script);
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
  const first = await page.evaluate(async () => {
    const begin = performance.now();
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", shiftKey: true, bubbles: true }));
    while (!document.querySelector(".summary b").textContent.endsWith(" 1")) await new Promise(requestAnimationFrame);
    return performance.now() - begin;
  });
  check("the first step is drawn within 100 ms", first < 100, `${Math.round(first)} ms`);
  await page.keyboard.press("Home");
  await at(page, 0);
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
  await until(page, () => location.hash.endsWith("iteration=137&phase=7&cell=dW2[1,2]&lang=en"));
  check("the address names it", true, await page.evaluate(() => location.hash));
  await page.locator(".terms .link").nth(1).click();
  await until(page, () => document.querySelector(".cell h3").textContent.startsWith("A1[2,1]"));
  check("a factor leads to its own phase", (await text(page, ".phase h2")).includes("A1 = tanh(Z1)"));
  for (const [key, cell] of [[".", "A1[2,2]"], [",", "A1[2,1]"], [",", "A1[1,4]"]]) {
    await page.keyboard.press(key);
    await until(page, (name) => document.querySelector(".cell h3").textContent.startsWith(name), cell);
  }
  check("numbers are gone through one after the other", true);
  const again = await open("#data=xor&seed=2&iteration=137&phase=7&cell=dW2[1,2]&lang=zh");
  check("an address opens what it names, in Chinese", (await text(again, ".summary b")) === "第 137 次迭代" && (await text(again, ".cell h3")).startsWith("dW2[1,2]"));
  await again.evaluate(() => { location.hash = "#data=circles&iteration=3&screen=data&lang=en"; });
  await until(again, () => document.querySelector("#rows-title")?.textContent.startsWith("400 examples"));
  check("and so does one that is typed", (await text(again, ".screens [aria-current]")) === "Data");
  await close(again);
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
  await page.waitForFunction(() => !document.querySelector(".screen [role=status]") && document.querySelector(".saturation"), null, { timeout: 60000 });
  const second = page.locator(".saturation tbody tr").nth(1);
  const said = await second.innerText(), largest = async () => Math.max(...(await page.locator(".results tr:nth-child(2) button").allInnerTexts()).map((one) => Math.abs(Number(one))));
  await second.locator("button").first().click();
  const first = Number(/iteration (\d+)/.exec(said)[1]);
  await at(page, first);
  await page.locator(".phases li").nth(1).locator("button").click();
  const then = await largest();
  await page.keyboard.press("Shift+ArrowLeft");
  await at(page, first - 1);
  check("when did hidden unit 2 saturate? A table says the iteration, before which it did not", said.startsWith("A1[2]") && then >= 0.99 && (await largest()) <= 0.99, said);
  await close(page);
  const other = await open();
  await other.locator(".transport input[type=number]").first().fill("100");
  await other.keyboard.press("Enter");
  await at(other, 100);
  await other.locator(".branch summary").click();
  await other.locator('.branch input[name="learning-rate"]').fill("1");
  await other.keyboard.press("Enter");
  await until(other, () => [...document.querySelectorAll(".runs li")].filter((one) => one.textContent.includes("iteration 999")).length === 2);
  check("what if the rate had been 1 from iteration 100? Both courses are drawn to the end, and what they come to is said",
    (await other.locator("path.cost").count()) === 2 && /^the first run\s+cost 0\.0118 /.test((await text(other, ".runs")).trim()), (await text(other, ".runs")).replaceAll("\n", " "));
  await close(other);
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
  await page.getByRole("button", { name: "train to the end" }).click();
  await until(page, () => document.querySelector(".answers [role=status]")?.textContent.includes("working"));
  await page.waitForFunction(() => /Training: accuracy 0\.9/.test(document.querySelector(".answers [role=status]").textContent), null, { timeout: 60000 });
  check("and the table before is still the one that is learned from", true);
  await input.setInputFiles(file("town.csv", Buffer.from("place,n,y\n" + Array.from({ length: 30 }, (_, i) => `${["K\xf6ln", "Ulm"][i % 2]},${i % 7},${i % 2}`).join("\n"), "latin1")));
  await until(page, () => document.querySelector(".error")?.textContent.includes("town.csv"));
  check("another encoding is one sentence, which says what to type", /hint: --encoding latin1/.test(await text(page, ".error")), await text(page, ".error"));
  await page.locator("#words").fill(`${await page.locator("#words").inputValue()} --encoding latin1`);
  await page.keyboard.press("Enter");
  await until(page, () => document.querySelector("#words").value.includes("latin1") && document.querySelector(".rows")?.textContent.includes("K\u00f6ln"));
  check("and then it is read", (await page.locator(".error").count()) === 0);
  await input.setInputFiles(file("packed.csv.gz", gzipSync("a,b,y\n" + rows.join("\n"))));
  await until(page, () => document.querySelector(".rows")?.textContent.includes("1600 examples"));
  await input.setInputFiles(file("bomb.csv.gz", gzipSync(Buffer.alloc(60e6, "1,2\n"))));
  await until(page, () => document.querySelector(".error")?.textContent.includes("bomb.csv.gz"));
  check("a packed table is unpacked, as far as it is small", (await text(page, ".rows")).includes("1600 examples"), await text(page, ".error"));
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
  const strict = await browser.newContext({ locale: "en-GB" }), bare = await strict.newPage();
  await bare.addInitScript(() => {
    const refuse = () => { throw new DOMException("The operation is insecure.", "SecurityError"); };
    for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"]) Object.defineProperty(window, name, { get: refuse });
    Object.defineProperty(document, "cookie", { get: refuse, set: refuse });
    history.replaceState = refuse;
  });
  bare.on("pageerror", (error) => troubles.push(error.message));
  await bare.goto(address);
  await bare.waitForSelector("html[data-ready]");
  await bare.keyboard.press("Shift+ArrowRight");
  await at(bare, 1);
  check("where storage and the address are refused, all goes on", (await bare.locator(".error").count()) === 0);
  await strict.close();
}

// Whoever is in a hurry.
async function keeps_up() {
  const page = await open("#data=spirals&screen=data");
  await page.keyboard.press("Space");
  for (const name of ["moons", "circles", "xor", "gauss"]) await page.locator(".screen .buttons button", { hasText: new RegExp(`^${name}$`) }).first().click();
  await page.locator(".screens button").first().click();
  await until(page, () => document.querySelector("#words").value === "gauss" && document.querySelector(".exact").textContent.includes("gauss"));
  await page.keyboard.press("Shift+ArrowRight");
  await at(page, 1);
  await page.evaluate(() => {
    for (let i = 0; i < 300; ++i) document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", shiftKey: true, bubbles: true }));
  });
  await at(page, 301);
  check("four data sets and three hundred steps in a moment end where they should", (await page.locator(".error").count()) === 0);
  await page.locator(".branch summary").click();
  await page.locator(".branch form button").click();
  await page.waitForSelector(".runs");
  await page.keyboard.press("Shift+ArrowRight");
  await at(page, 302);
  check("a step while a branch looks ahead begins where one stands", true);
  await close(page);
  const failing = await open("#data=sine&learning-rate=1e6&optimizer=gd&screen=health");
  await failing.getByRole("button", { name: "measure over time" }).click();
  await failing.waitForFunction(() => document.querySelector(".spread") && !document.querySelector(".screen [role=status]"), null, { timeout: 60000 });
  await failing.locator(".screens button").nth(1).click();
  await failing.getByRole("button", { name: "train to the end" }).click();
  await until(failing, () => document.querySelector(".error"));
  check("a training that fails is one sentence, and the page goes on", /training failed at iteration 1/.test(await text(failing, ".error")), (await text(failing, ".error")).slice(0, 60));
  await close(failing);
}

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
        await page.screenshot({ path: join(wanted, `${name}-${width}-${colorScheme}-${lang}.png`), fullPage: true });
        await close(page);
      }
}

try {
  const parts = { opens, keyboard, keyboard_alone, cells, looks_closer, refuses, answers_soon, takes_tables, keeps_up, stays_awake, is_accessible, can_be_magnified };
  for (const part of parts[wanted] ? [parts[wanted]] : wanted ? [take_pictures] : Object.values(parts)) await part({ browser, open, close, check });
} catch (error) {
  check(error.message.split("\n")[0], false);
}
check("nothing is requested", requests.length === 0, requests.join(" "));
check("nothing is wrong on the console", troubles.length === 0, troubles.slice(0, 3).join(" "));
await browser.close();
process.exit(wrong.length > 0 ? 1 : 0);
