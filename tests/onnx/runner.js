// node runner.js FOLDER PROGRAM: does ONNX Runtime compute what we wrote there (write_cases.cpp), and of a text file what
// PROGRAM prints of it?
'use strict';
const { execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const ort = require(path.join(process.cwd(), 'node_modules', 'onnxruntime-node'));

const tolerance = 1e-5;  // of max(1, |value|)

function tensor({ type, dims, data }) {
  if (type === 'string') return new ort.Tensor('string', data, dims);
  const numbers = data.map(Number);  // "nan" too
  return new ort.Tensor(type, type === 'float64' ? Float64Array.from(numbers) : Float32Array.from(numbers), dims);
}

function differences(name, actual, expected) {
  if (actual === undefined) return [`there is no output ${name}`];
  if (Array.isArray(expected)) {  // labels
    const labels = Array.from(actual.data, String);
    return labels.join('|') === expected.join('|') ? [] : [`${name}: ${labels}, expected ${expected}`];
  }
  const found = [];
  if (actual.type !== expected.type || actual.dims.join() !== expected.dims.join())
    found.push(`${name} is ${actual.type} [${actual.dims}], expected ${expected.type} [${expected.dims}]`);
  expected.data.forEach((number, i) => {
    const e = Number(number);
    const a = Number(actual.data[i]);  // whole numbers are BigInt
    const unit = expected.step ?? Math.max(1, Math.abs(e));
    if (!(Math.abs(a - e) <= tolerance * unit) && !(Number.isNaN(a) && Number.isNaN(e)))
      found.push(`${name}[${i}] is ${a}, expected ${e}`);
  });
  return found.slice(0, 3);
}

// What the program prints of the file's rows: numbers to its last printed digit, or (of a float) to the tolerance.
function printed(base, program, results) {
  const text = execFileSync(program, ['predict', base + '.onnx', base + '.csv', '--probabilities', '--quiet'], { encoding: 'utf8' });
  const [head, ...lines] = text.trimEnd().split('\n');
  const numbers = find(results, 'probabilities') ?? find(results, 'prediction');
  const columns = numbers.dims[1];
  const first = head.split(',').length - columns;  // behind the class, or the labels
  const found = [];
  let digits = 0;
  if (lines.length !== numbers.dims[0]) found.push(`${lines.length} rows are printed, expected ${numbers.dims[0]}`);
  lines.forEach((line, row) => line.split(',').slice(first).forEach((word, i) => {
    const number = Number(numbers.data[row * columns + i]);
    const decimals = (word.split('.')[1] ?? '').length;
    const same = numbers.type === 'float64' ? number.toFixed(decimals) === word
      : Math.abs(number - Number(word)) <= tolerance * Math.max(1, Math.abs(number));
    if (numbers.type === 'float64') digits = Math.max(digits, word.replace('.', '').length);
    if (!same) found.push(`row ${row + 1} is printed as ${word}, expected ${number}`);
  }));
  if (numbers.type === 'float64' && digits < 10) found.push(`only ${digits} digits are printed`);
  return found.slice(0, 3);
}

// A column may have taken the name of an output: "label_" then.
function find(results, name) {
  return Object.entries(results).find(([key]) => key.replace(/_+$/, '') === name)?.[1];
}

async function judge(base, program) {
  const { inputs, outputs } = JSON.parse(fs.readFileSync(base + '.json', 'utf8'));
  try {
    const session = await ort.InferenceSession.create(base + '.onnx', { logSeverityLevel: 2 });
    const feeds = Object.fromEntries(Object.entries(inputs).map(([name, t]) => [name, tensor(t)]));
    const results = await session.run(feeds);
    return Object.entries(outputs).flatMap(([name, e]) => differences(name, find(results, name), e))
      .concat(fs.existsSync(base + '.csv') ? printed(base, program, results) : []);
  } catch (error) {
    return [error.message];
  }
}

async function main(folder, program) {
  const cases = fs.readdirSync(folder).filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -5));
  let wrong = 0;
  for (const name of cases) {
    const found = await judge(path.join(folder, name), program);
    if (found.length > 0) ++wrong;
    for (const line of found) console.log(`${name}: ${line}`);
  }
  console.log(`${cases.length} models, ${wrong} of them differ (onnxruntime-node ${ort.env.versions.common})`);
  process.exit(cases.length === 0 || wrong > 0 ? 1 : 0);
}

main(process.argv[2], process.argv[3]);
