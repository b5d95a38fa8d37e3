// node page/site.mjs PAGE FOLDER: the book as a static site in both languages, each chapter with a figure that lives: the page,
// opened where the chapter speaks of. scripts/site calls it.

import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { marked } from "marked";

const [page_file, folder] = process.argv.slice(2).map((path) => resolve(path));
const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const sources = new Set();  // what chapters name besides each other

const learned = "data=xor&iteration=1000", waves = "data=waves.csv&shape=1x24&net=conv%203x5%20relu,%20maxpool%204,%20flatten&learning-rate=0.01";
const stripes = "data=stripes.csv&scale=none&pretrain=rbm&pretrain-epochs=400&validation=0";
const figures = {
  "01-activation": "data=xor&phase=2&cell=A1[1,2]", "02-parameters": "data=xor&phase=1&cell=W1[1,1]", "03-forward": "data=xor&phase=1&cell=Z1[1,3]",
  "04-cost": "data=xor&phase=5&cell=J[1,1]", "05-backward": "data=xor&phase=7&cell=dW2[1,1]", "06-update": "data=xor&phase=10", "07-loop": learned,
  "08-prediction": `${learned}&phase=4`, "09-seeds": "data=xor&screen=seeds", "10-stuck": "data=xor&seed=0&iteration=1000",
  "11-gradient": "data=xor&iteration=137&phase=7&cell=dW2[1,2]", "12-is-it-learning": "data=moons&learning-rate=1e-6&epochs=50&screen=health",
  "13-your-own-data": "data=circles&screen=data", "14-batches-and-adam": "data=circles&net=8%20tanh&iteration=200&phase=10",
  "15-over-fitting": "data=moons&examples=60&noise=0.4&net=32%20relu&epochs=300&iteration=400", "16-series": `${waves}&iteration=200&cell=Z1[2,9,1]`,
  "17-boltzmann": `${stripes}&net=8%20sigmoid&iteration=399&phase=2`, "18-belief-networks": `${stripes}&net=8%20sigmoid,%206%20sigmoid&pretrain-layer=2&iteration=399`,
};

const style = `
:root { color-scheme: light dark; font: 17px/1.6 system-ui, "Noto Sans", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
body { margin: 0 auto; max-width: 46rem; padding: 1rem; overflow-wrap: anywhere; }
nav { display: flex; flex-wrap: wrap; gap: 1rem; border-bottom: 1px solid #8888; padding-bottom: .5rem; }
pre { overflow-x: auto; background: #8881; padding: .7rem; border-radius: 6px; font-size: .85rem; line-height: 1.4; } code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; }
table { border-collapse: collapse; display: block; overflow-x: auto; } th, td { border-bottom: 1px solid #8886; padding: .2rem .6rem; text-align: left; }
img { max-width: 100%; background: #fff; border-radius: 6px; } a { color: #0b62a8; } @media (prefers-color-scheme: dark) { a { color: #6cb6f0; } }
iframe { width: 100%; height: 44rem; border: 1px solid #8888; border-radius: 8px; } .figure { width: min(96vw, 76rem); margin-left: 50%; transform: translateX(-50%); }`;

const escaped = (text) => text.replace(/[&<>"]/g, (letter) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[letter]);

// A link of the book as one of the site: chapters beside each other, pictures and sources beside the languages.
function link(target, lang) {
  if (/^[a-z]+:|^#/.test(target)) return target;
  const [path, mark] = target.split(/(?=#)/);
  const place = new URL(path, `file:///guide/${lang === "zh" ? "zh/" : ""}`).pathname.slice(1);
  const [, other, chapter] = /^guide\/(zh\/)?([\w-]+)\.md$/.exec(place) ?? [];
  if (chapter) return `../${other ? "zh" : "en"}/${chapter === "README" ? "index" : chapter}.html${mark ?? ""}`;
  if (place.startsWith("docs/pictures/")) return `../pictures/${place.slice("docs/pictures/".length)}`;
  sources.add(place);
  return `../source/${place}${mark ?? ""}`;
}

function figure(name, lang) {
  if (!figures[name]) return "";
  const title = lang === "zh" ? "活的图：引擎本身，就停在本章所说的地方" : "A figure that lives: the engine itself, where this chapter speaks of";
  const address = `../gradus.html#${figures[name]}&lang=${lang}`;
  return `<section class="figure"><p><a href="${escaped(address)}">${title}</a></p>
<iframe loading="lazy" title="${title}" src="${escaped(address)}"></iframe></section>`;
}

function html(name, text, lang) {
  const tokens = marked.lexer(text.replace(/<!--.*?-->\n/gs, ""));
  marked.walkTokens(tokens, (token) => {
    if (token.type === "link" || token.type === "image") token.href = link(token.href, lang);
  });
  const title = tokens.find((token) => token.type === "heading")?.text ?? "Gradus";
  const own = name === "README" ? "index" : name;
  const body = marked.parser(tokens);
  const exercise = body.lastIndexOf("<h2");
  const at = figures[name] && exercise > 0 ? exercise : body.length;  // before the exercise
  return `<!doctype html>
<html lang="${lang === "zh" ? "zh-CN" : "en"}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(title)} - Gradus</title><style>${style}</style></head>
<body>
<nav><a href="index.html">Gradus</a><a href="../${lang === "zh" ? "en" : "zh"}/${own}.html" lang="${lang === "zh" ? "en" : "zh-CN"}">${lang === "zh" ? "English" : "中文"}</a></nav>
<main>
${body.slice(0, at)}${figure(name, lang)}
${body.slice(at)}</main>
</body>
</html>
`;
}

for (const lang of ["en", "zh"]) {
  const chapters = join(root, "guide", lang === "zh" ? "zh" : "");
  mkdirSync(join(folder, lang), { recursive: true });
  for (const file of readdirSync(chapters).filter((file) => file.endsWith(".md"))) {
    const name = file.slice(0, -3);
    const target = join(folder, lang, `${name === "README" ? "index" : name}.html`);
    writeFileSync(target, html(name, readFileSync(join(chapters, file), "utf8"), lang));
  }
}
for (const place of sources) cpSync(join(root, place), join(folder, "source", place), { recursive: true });
cpSync(join(root, "docs", "pictures"), join(folder, "pictures"), { recursive: true });
cpSync(page_file, join(folder, "gradus.html"));
writeFileSync(join(folder, "index.html"), '<!doctype html><meta charset="utf-8"><title>Gradus</title><meta http-equiv="refresh" content="0; url=en/index.html"><a href="en/index.html">English</a> <a href="zh/index.html" lang="zh-CN">中文</a>\n');
for (const lang of ["en", "zh"])
  for (const file of readdirSync(join(folder, lang)))
    for (const [, target] of readFileSync(join(folder, lang, file), "utf8").matchAll(/(?:href|src)="(?![a-z]+:)([^"#]+)/g))
      if (!existsSync(join(folder, lang, target))) throw new Error(`${lang}/${file}: no such file: ${target}`);
console.log(`${folder}/index.html`);
