// node same_text.mjs FOLDER PROGRAM: the engine in FOLDER (engine.js, engine.wasm) and PROGRAM are asked the same, and must
// say the same, letter by letter. Ends with the number of lines that were compared.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, program] = process.argv.slice(2).map((path) => resolve(path));
const place = mkdtempSync(join(tmpdir(), "gradus-page-"));
writeFileSync(join(place, "package.json"), '{"type":"module"}');
writeFileSync(join(place, "engine.js"), readFileSync(join(folder, "engine.js")));
const { default: create } = await import(pathToFileURL(join(place, "engine.js")));
const module = await create({ wasmBinary: readFileSync(join(folder, "engine.wasm")) });

// The functions of page/engine.cpp: numbers and texts in, a text out.
function ask(name, ...values) {
  const pointers = [];
  const given = values.map((value) => {
    if (typeof value === "number") return value;
    const size = module.lengthBytesUTF8(value) + 1, pointer = module._malloc(size);
    module.stringToUTF8(value, pointer, size);
    pointers.push(pointer);
    return pointer;
  });
  const answer = module.UTF8ToString(module[`_gradus_${name}`](...given));
  pointers.forEach((pointer) => module._free(pointer));
  return answer;
}

let compared = 0;
const wrong = [];
function same(what, page, terminal) {
  ++compared;
  if (page === terminal) return;
  let at = 0;
  while (page?.[at] === terminal[at]) ++at;
  wrong.push(`${what}: page ...${String(page).slice(Math.max(0, at - 60), at + 40)}, terminal ...${terminal.slice(Math.max(0, at - 60), at + 40)}`);
}

function terminal(...words) {
  return execFileSync(program, words, { cwd: place, stdio: ["ignore", "pipe", "ignore"], encoding: "utf8", maxBuffer: 1e9 }).trimEnd().split("\n");
}

function opened(data, options, text) {
  const answer = JSON.parse(ask("open", JSON.stringify({ data, options, text })));
  if (answer.error) throw new Error(`${data} ${JSON.stringify(options)}: ${answer.error}`);
  return answer;
}
const words_of = (data, options) => [data, ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])];
const go_to = (session, iteration) => ask("go_to", session, iteration, 1e9, -1);

function phases_of(session) {
  const count = JSON.parse(ask("trace", session)).phases.length;
  return Array.from({ length: count }, (_, phase) => ask("phase", session, phase));
}

// All phases at these iterations, in this order: earlier ones behind later ones are a rewind.
function same_phases(data, options, iterations, text) {
  const { session } = opened(data, options, text);
  for (const iteration of iterations) {
    go_to(session, iteration);
    const lines = terminal("explain", ...words_of(data, options), "--iteration", String(iteration), "--json");
    const phases = phases_of(session);
    same(`${data} ${iteration}: how many phases`, String(phases.length), String(lines.length));
    phases.forEach((line, phase) => same(`${words_of(data, options).join(" ")}, iteration ${iteration}, phase ${phase + 1}`, line, lines[phase] ?? ""));
  }
  ask("close", session);
}

// The tutorial, and other first weights.
same_phases("xor", {}, [0, 1, 137, 1000, 500, 3, 137]);
for (let seed = 0; seed < 50; ++seed) same_phases("xor", { seed: String(seed) }, [137]);

// Other networks, in float and double, as long as each layer is small.
same_phases("circles", { net: "8 relu, 5 tanh", batch: "16", iterations: "200" }, [0, 40, 150]);
same_phases("spirals", { examples: "60", net: "30 relu, 20 relu", optimizer: "adamw", "weight-decay": "0.1", "clip-norm": "0.5" }, [25]);
same_phases("gauss", { shape: "1x2", net: "conv 3x2 pad same relu, batchnorm, flatten", optimizer: "nesterov" }, [0, 30]);
same_phases("moons", { net: "6 gelu, dropout 0.2, 4 softplus", optimizer: "rmsprop", schedule: "cosine", seed: "3" }, [33]);
same_phases("sine", { net: "7 sigmoid", precision: "double", "data-seed": "5" }, [77]);
same_phases("sine", { net: "20 leaky_relu, 12 elu", noise: "0.2" }, [12]);

same_phases("circles", { net: "pbld, 16 relu", batch: "25", iterations: "60" }, [0, 31]);
same_phases("moons", { net: "8 tanh, batchnorm, 8 relu", iterations: "60" }, [0, 31]);

// A table with three classes: the rows are not random, only mixed.
const rows = Array.from({ length: 90 }, (_, i) => {
  const kind = (i * 7) % 3;
  return `${(Math.sin(i) + kind).toFixed(3)},${((i * 37) % 11) / 4 - kind},${i % 5 === 0 ? "" : i % 4},${["north", "south", "west"][kind]}`;
});
const table = ["length,width,when,where", ...rows].join("\n") + "\n";
writeFileSync(join(place, "places.csv"), table);
same_phases("places.csv", { net: "5 relu", "class-weights": "balanced" }, [0, 20], table);
same_phases("places.csv", { target: "width", ignore: "when", net: "6 relu" }, [9], table);

// What comes of a training: the words that the page shows train the same model, whose answers are the page's, bit for bit.
function same_answers(name, text, options) {
  writeFileSync(join(place, name), text);
  const { session, about } = opened(name, options, text);
  const words = [...about.recipe.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2]);
  execFileSync(program, ["train", ...words, "--quiet", "-o", "model.onnx"], { cwd: place, stdio: ["ignore", "ignore", "inherit"] });
  const page = JSON.parse(ask("finish", session));
  if (page.error) throw new Error(`${name}: ${page.error}`);
  const [columns, ...answers] = terminal("predict", "model.onnx", name);
  same(`${name}: the columns`, page.columns, columns + "\n");
  same(`${name}: how many rows are answered`, String(page.answers.length), String(answers.length));
  answers.forEach((line, row) => same(`${about.recipe}: answer to row ${row + 1}`, page.answers[row], line));
  if (about.task === "regress") return void ask("close", session);
  const [, ...lines] = terminal("predict", "model.onnx", name, "--raw");
  const number = about.precision === "float" ? Math.fround : Number;
  const outputs = lines.map((line) => line.split(",").map((text) => number(Number(text))));
  outputs.forEach((values, row) => same(`${about.recipe}: outputs for row ${row + 1}`,
    JSON.stringify(page.outputs.map((output) => output[row])), JSON.stringify(page.outputs.length > 1 ? values : [values.at(-1)])));
  ask("close", session);
}
const own = ["a,b,same", ...Array.from({ length: 2000 }, (_, i) => {
  const a = Math.sin(i).toFixed(4), b = ((i * 37) % 101) / 50 - 1;
  return `${a},${b},${a * b > 0 ? "yes" : "no"}`;
})].join("\n") + "\n";
same_answers("own.csv", own, { net: "16 relu, 8 tanh", epochs: "12" });
same_answers("places.csv", table, { net: "6 tanh", epochs: "9" });
same_answers("places.csv", table, { target: "width", ignore: "when", net: "5 tanh", epochs: "9", precision: "double" });

const lines = (head, count, row) => [head, ...Array.from({ length: count }, (_, i) => row(i))].join("\n") + "\n";
// What nobody says: a member of an ensemble, of which rivals would be tried in the terminal, but not here.
const many = lines("a,b,c,d,y", 240, (i) => `${Math.sin(i).toFixed(4)},${(i * 37) % 101},${i % 7 ? i % 5 : ""},${["x", "y", "z"][i % 3]},${Math.sin(i) + ((i * 37) % 101) / 60 > 0.8 ? "yes" : "no"}`);
same_answers("many.csv", many, { epochs: "8" });
same_answers("many.csv", many, { epochs: "8", member: "3" });
same_answers("many.csv", many, { epochs: "8", encode: "ple" });
const { session: tried, about: of_tried } = opened("many.csv", {}, many);
same("many.csv: rivals are not tried", String(of_tried.untried), "true");
ask("close", tried);
writeFileSync(join(place, "many.csv"), many);
same_phases("many.csv", { encode: "none" }, [0, 7], many);
same_phases("many.csv", { net: "pbld, 128 relu, dropout 0.15", encode: "none", "learning-rate": "0.001" }, [5], many);
same_phases("many.csv", { encode: "ple", member: "2" }, [3], many);
same_answers("gaps.csv", lines("区,面积 m²,日期,价", 300, (i) => `${["东城", '"西, 城"', ""][i % 3]},${i % 11 ? `${20 + ((i * 7) % 50)}.5` : "NA"},2024-0${1 + (i % 9)}-1${i % 10},${i % 13 ? ((i * 31) % 97) + i / 10 : ""}`), { epochs: "3" });
same_answers("names.csv", lines("a,b,kind", 200, (i) => `${Math.sin(i)},${i % 6},${['"high, up"', '"the ""low"""', "中"][(i * 5) % 3]}`), { net: "pbld, 8 relu", epochs: "3" });

// As people have them: decimal commas, gaps, dates, words, ten classes, two targets, a name in Chinese with a blank.
same_answers("messy.csv", lines("wann;menge;preis;ort;gut", 90, (i) => `${1 + (i % 28)}.0${1 + (i % 9)}.2024;${i % 5 ? `${i},5` : ""};${i % 3 ? (i * 7) % 13 : "NA"};${["Köln", "Ulm", ""][i % 3]};${i % 4 ? "ja" : "nein"}`), { epochs: "6" });
same_answers("ten.csv", lines("a,b,kind", 300, (i) => `${(i % 10) + Math.sin(i)},${Math.cos(i)},c${i % 10}`), { net: "9 relu", epochs: "4" });
same_answers("two.csv", lines("a,b,y1,y2", 100, (i) => `${i},${(i * 7) % 13},${i * 2.5},${i * i}`), { net: "9 relu", epochs: "4" });
same_answers("数据 表.csv", lines("身高,体重,类别", 60, (i) => `${150 + ((i * 7) % 40)},${i % 3 ? 50 + i : ""},${i % 2 ? "甲" : "乙"}`), { net: "pbld, 9 relu", epochs: "4" });
same_answers("encoded.csv", lines("a,b,y", 80, (i) => `${i % 9},${(i * 5) % 11},${(i * i) % 3}`), { encode: "ple", net: "9 relu, batchnorm", epochs: "4" });

// Machines in pre-training: the first and the second, and what the network is behind them.
const pixels = Array.from({ length: 40 }, (_, i) => [...Array.from({ length: 9 }, (_, p) => ((i * 5 + p * 3) % 7 < 3 ? 1 : 0)), i % 2 ? "odd" : "even"].join(","));
const pictures = ["a,b,c,d,e,f,g,h,i,kind", ...pixels].join("\n") + "\n";
writeFileSync(join(place, "pixels.csv"), pictures);
for (const [layer, iterations] of [["1", [0, 27, 5]], ["2", [3]], ["0", [2]]])
  same_phases("pixels.csv", { scale: "none", net: "6 sigmoid, 4 sigmoid", pretrain: "rbm", "pretrain-epochs": "30", "pretrain-layer": layer }, iterations, pictures);

// Cells, checks and branches.
const { session } = opened("xor", {});
go_to(session, 100);
for (const cell of ["dW2[1,2]", "A1[2,3]", "W1[2,1]", "J[1,1]"])
  same(cell, ask("cell", session, cell, -1), terminal("explain", "xor", "--iteration", "100", "--json", "--cell", cell)[0]);
same("check", ask("check", session), terminal("explain", "xor", "--iteration", "100", "--json", "--phase", "1", "--check")[1]);
const branch = JSON.parse(ask("branch", session, JSON.stringify({ options: { "learning-rate": "1" } }))).session;
go_to(branch, 137);
const branched = terminal("explain", "xor", "--branch", "100:1", "--iteration", "137", "--json");
phases_of(branch).forEach((line, phase) => same(`branch, phase ${phase + 1}`, line, branched[phase]));

// The cost around a place, by a network of our own: 2 tanh, 1 sigmoid.
const around = opened("xor", {}).session;
const parameters = (iteration) => {
  go_to(around, iteration);
  const { phases } = JSON.parse(ask("trace", around));
  const tensor = (name) => phases.flatMap((phase) => phase.tensors).find((one) => one.name === name).values;
  return { W: ["W1", "b1", "W2", "b2"].flatMap(tensor), g: ["dW1", "db1", "dW2", "db2"].flatMap(tensor) };
};
const plus = (a, factor, b) => a.map((x, i) => x + factor * b[i]), dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0);
const xor_cost = ([a, b, c, d, e, f, g, h, i]) => [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]].reduce((sum, [x, y, t]) => {
  const p = 1 / (1 + Math.exp(-(g * Math.tanh(a * x + b * y + e) + h * Math.tanh(c * x + d * y + f) + i)));
  return sum - Math.log(t ? p : 1 - p) / 4;
}, 0);
go_to(around, 300);
const { W: here, g } = parameters(100), u = plus(g.map(() => 0), -1 / Math.hypot(...g), g);
const n = 5, { a, b, costs, path } = JSON.parse(ask("slice", around, n));
const ways = path.map((point) => ({ ...point, way: plus(parameters(point.iteration).W, -1, here) }));
same("how far the waypoints are", String(ways.every((p) => Math.abs(Math.hypot(p.a, p.b, p.distance) - Math.hypot(...p.way)) < 1e-9 && Math.abs(p.a - dot(p.way, u)) < 1e-9)), "true");
const farthest = ways.reduce((one, other) => (other.b > one.b ? other : one));
const v = plus(farthest.way, -farthest.a, u).map((x) => x / farthest.b);
const lowest = (row, column) => xor_cost(plus(plus(here, a[0] + ((a[1] - a[0]) * column) / (n - 1), u), b[0] + ((b[1] - b[0]) * row) / (n - 1), v));
same("the costs around", String(costs.length === n * n && costs.every((cost, k) => Math.abs(cost - lowest(Math.floor(k / n), k % n)) < 1e-9)), "true");

// The doctor and the seeds, by their own words.
const study = opened("xor", { seed: "0" }).session;
const { findings, verdict } = JSON.parse(ask("doctor", study));
const said = terminal("doctor", "xor", "--seed", "0", "--json").map((line) => JSON.parse(line));
same("the doctor's findings", JSON.stringify(findings.map((one) => [one.finding, one.sentence, one.evidence, one.hint])),
  JSON.stringify(said.slice(0, -1).map((one) => [one.finding, one.sentence, one.evidence, one.hint])));
same("the doctor's verdict", verdict, said.at(-1).verdict);
for (let seed = 0; seed < 20; ++seed) ask("seed", study, seed);
const { groups } = JSON.parse(ask("seed_groups", study));
same("the groups of 20 seeds", JSON.stringify(groups), JSON.stringify(JSON.parse(terminal("seeds", "xor", "--count", "20", "--json").at(-1)).groups));

// Of floats large layers as well: a double holds their products.
same_phases("circles", { net: "64 relu, 64 relu" }, [0, 20]);
same_phases("pixels.csv", { shape: "1x9", net: "conv 40x3 relu, conv 40x3 relu, flatten", epochs: "4" }, [2], pictures);
same_phases("pixels.csv", { scale: "none", net: "150 sigmoid", pretrain: "rbm", "pretrain-epochs": "4", "pretrain-layer": "1" }, [3], pictures);
same("about large layers of floats", String(opened("circles", { net: "64 relu, 64 relu" }).about.exact), "true");

// Of doubles they round otherwise: what follows from the same state agrees to a few last digits of the largest number.
{
  const most = 1e-12, options = { precision: "double", net: "64 relu, 64 relu" };
  const { session, about } = opened("circles", options);
  same("about large layers", String(about.exact), "false");
  const there = terminal("explain", ...words_of("circles", options), "--json").map((line) => JSON.parse(line));
  phases_of(session).forEach((line, phase) => JSON.parse(line).tensors.forEach(({ name, values }, t) => {
    const others = there[phase].tensors[t].values, largest = Math.max(...others.map(Math.abs));
    const off = Math.max(...values.map((value, i) => Math.abs(value - others[i])));
    same(`${name}, large layers of doubles, off by ${off} of ${largest}`, String(off <= most * largest), "true");
  }));
}

// Bad input is one sentence, the program's.
for (const [data, options] of [["nowhere", {}], ["xor", { "learning-rate": "-1" }], ["xor", { net: "4 tan" }], ["circles", { noise: "many" }]]) {
  let sentence = "";
  try { execFileSync(program, ["explain", ...words_of(data, options)], { cwd: place, stdio: "pipe" }); } catch (error) { sentence = String(error.stderr).trim(); }
  same(`${data} ${JSON.stringify(options)}`, "error: " + JSON.parse(ask("open", JSON.stringify({ data, options }))).error, sentence);
}
same("a network too large to look at", JSON.parse(ask("open", JSON.stringify({ data: "xor", options: { net: "2000 relu, 2000 relu" } }))).error,
  "--net: 4010001 parameters, expected at most 250000 on the page");
same("an iteration too large to look at", JSON.parse(ask("open", JSON.stringify({ data: "circles", options: { examples: "20000", batch: "full", net: "49 relu" } }))).error,
  "--batch: 4040000 numbers in an iteration, expected at most 4000000 on the page");
same("no such run", JSON.parse(ask("trace", 12345)).error, "there is no such run");

rmSync(place, { recursive: true });
for (const line of wrong.slice(0, 10)) console.log(line);
console.log(`${compared} texts compared, ${wrong.length} differ`);
process.exit(wrong.length > 0 || compared < 800 ? 1 : 0);
