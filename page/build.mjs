// node page/build.mjs FOLDER: from FOLDER/engine.js and FOLDER/engine.wasm the module FOLDER/gradus.mjs and the page
// FOLDER/gradus.html. scripts/page calls it.

import { build, transform } from "esbuild";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const folder = resolve(process.argv[2]);
const engine = {
  name: "engine",
  setup(build) {
    build.onResolve({ filter: /^engine-module$/ }, () => ({ path: join(folder, "engine.js") }));
    build.onResolve({ filter: /^engine-packed$/ }, () => ({ path: "engine-packed", namespace: "packed" }));
    build.onLoad({ filter: /.*/, namespace: "packed" }, () => ({ contents: packed, loader: "text" }));
  },
};

async function bundled(entry, format) {
  const result = await build({
    entryPoints: [join(here, "src", entry)], bundle: true, minify: true, write: false, format, target: "es2022",
    jsx: "automatic", jsxImportSource: "preact", plugins: [engine], logLevel: "warning", legalComments: "none", charset: "utf8",
  });
  return result.outputFiles[0].text;
}

// words/zh.po as far as the engine says it: what stands among its texts, an English sentence and its Chinese in turn.
function words_of(wasm) {
  const po = readFileSync(join(here, "..", "words", "zh.po"), "utf8");
  const text = (lines) => lines.split("\n").map((line) => JSON.parse(line)).join("");
  const entries = po.matchAll(/^msgid ((?:".*"\n?)+)(?:msgid_plural ((?:".*"\n?)+))?msgstr(?:\[0\])? ((?:".*"(?:\n|$))+)/gm);
  return [...entries].flatMap(([, ...all]) => {
    const [one, many, chinese] = all.map((lines) => (lines ? text(lines.trim()) : ""));
    return [one, many].filter((english) => english && wasm.includes(`${english}\0`)).flatMap((english) => [english, chinese]);
  }).map((line) => `${line}\x01`).join("");
}

// LZMA in base64, as page/src/lzma.ts unpacks it.
async function pack() {
  const wasm = readFileSync(join(folder, "engine.wasm")), words = Buffer.from(words_of(wasm));
  const all = Buffer.concat([wasm, words]);
  const packed = execFileSync("xz", ["--format=raw", "--lzma1=preset=9e,lc=4,lp=0,pb=0,nice=273", "--stdout"], { input: all, maxBuffer: 1e9 });
  const { unlzma } = await import("data:text/javascript," + encodeURIComponent(await bundled("lzma.ts", "esm")));
  if (!all.equals(unlzma(new Uint8Array(packed), all.length))) throw new Error("page/src/lzma.ts: unpacks something else");
  return JSON.stringify({ packed: packed.toString("base64"), wasm: wasm.length, words: words.length });
}

// Every sentence of the page has its Chinese, and every Chinese sentence its English.
function require_words() {
  const sources = readdirSync(join(here, "src"), { recursive: true }).filter((name) => /\.tsx?$/.test(name) && !name.endsWith("words_zh.ts"));
  const said = new Set(sources.flatMap((name) =>
    [...readFileSync(join(here, "src", name), "utf8").matchAll(/\bsay\(\s*"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1])));
  const known = new Set([...readFileSync(join(here, "src", "words_zh.ts"), "utf8").matchAll(/^\s*"((?:[^"\\]|\\.)*)":/gm)].map((match) => match[1]));
  const wrong = [...[...said].filter((one) => !known.has(one)).map((one) => `no Chinese for "${one}"`),
    ...[...known].filter((one) => !said.has(one)).map((one) => `nobody says "${one}"`)];
  if (wrong.length > 0) throw new Error("page/src/words_zh.ts: " + wrong.join("; "));
}

// Within <script>, where only its end tag means something.
const inside = (text) => text.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");

// What the engine is asked when the page opens, and says: so the page is drawn before its engine is ready.
async function opening() {
  const load = async (name) => import("data:text/javascript;base64," + Buffer.from(await bundled(name, "esm")).toString("base64"));
  const engine = await (await load("gradus.ts")).load(), { App } = await load("app.ts"), known = [];
  Object.assign(globalThis, { history: { replaceState() {} }, location: {} });
  const recorder = new Proxy({}, { get: (_, name) => async (...values) => {
    known.push({ name, values, answer: engine[name](...values) });
    return known.at(-1).answer;
  } });
  const app = new App(() => recorder, () => {});
  await app.open("xor", {});
  if (app.state.error) throw new Error(app.state.error);
  const texts = known.map(({ name, answer }) => name + JSON.stringify(answer)), first = texts.map((text) => texts.indexOf(text));
  return JSON.stringify(known.map((one, i) => (first[i] < i ? { name: one.name, values: one.values, as: first[i] } : one)), (_, value) => (value instanceof Float64Array ? [...value] : value));
}

async function page() {
  const parts = {
    KNOWN: inside(await opening()),
    STYLE: (await transform(readFileSync(join(here, "src", "style.css"), "utf8"), { loader: "css", minify: true })).code,
    WORKER: inside(await bundled("worker.ts", "iife")),
    MAIN: inside(await bundled("main.tsx", "iife")),
    ENGINE: packed,
  };
  return readFileSync(join(here, "src", "page.html"), "utf8").replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name]);
}

require_words();
const packed = await pack();
writeFileSync(join(folder, "gradus.mjs"), await bundled("gradus.ts", "esm"));
const html = await page();
writeFileSync(join(folder, "gradus.html"), html);
console.log(`gradus.html: ${Math.round(Buffer.byteLength(html) / 1000)} kB, ${Math.round(gzipSync(html).length / 1000)} kB with gzip`);
