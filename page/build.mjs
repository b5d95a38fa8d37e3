// node page/build.mjs FOLDER: from FOLDER/engine.js and FOLDER/engine.wasm the module FOLDER/gradus.mjs and the page
// FOLDER/gradus.html. scripts/page calls it.

import { build } from "esbuild";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const folder = resolve(process.argv[2]);
const packed = gzipSync(readFileSync(join(folder, "engine.wasm")), { level: 9 }).toString("base64");

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
    jsx: "automatic", jsxImportSource: "preact", plugins: [engine], logLevel: "warning", legalComments: "none",
  });
  return result.outputFiles[0].text;
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

async function page() {
  const parts = {
    STYLE: readFileSync(join(here, "src", "style.css"), "utf8"),
    WORKER: inside(await bundled("worker.ts", "iife")),
    MAIN: inside(await bundled("main.tsx", "iife")),
    ENGINE: packed,
  };
  return readFileSync(join(here, "src", "page.html"), "utf8").replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name]);
}

require_words();
writeFileSync(join(folder, "gradus.mjs"), await bundled("gradus.ts", "esm"));
const html = await page();
writeFileSync(join(folder, "gradus.html"), html);
console.log(`gradus.html: ${Math.round(html.length / 1000)} kB, ${Math.round(gzipSync(html).length / 1000)} kB with gzip`);
