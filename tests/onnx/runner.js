// node runner.js FOLDER: does ONNX Runtime compute what we wrote there (write_cases.cpp)?
'use strict';
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

// A column may have taken the name of an output: "label_" then.
function find(results, name) {
  return Object.entries(results).find(([key]) => key.replace(/_+$/, '') === name)?.[1];
}

async function judge(base) {
  const { inputs, outputs } = JSON.parse(fs.readFileSync(base + '.json', 'utf8'));
  try {
    const session = await ort.InferenceSession.create(base + '.onnx', { logSeverityLevel: 2 });
    const feeds = Object.fromEntries(Object.entries(inputs).map(([name, t]) => [name, tensor(t)]));
    const results = await session.run(feeds);
    return Object.entries(outputs).flatMap(([name, e]) => differences(name, find(results, name), e));
  } catch (error) {
    return [error.message];
  }
}

async function main(folder) {
  const cases = fs.readdirSync(folder).filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -5));
  let wrong = 0;
  for (const name of cases) {
    const found = await judge(path.join(folder, name));
    if (found.length > 0) ++wrong;
    for (const line of found) console.log(`${name}: ${line}`);
  }
  console.log(`${cases.length} models, ${wrong} of them differ (onnxruntime-node ${ort.env.versions.common})`);
  process.exit(cases.length === 0 || wrong > 0 ? 1 : 0);
}

main(process.argv[2]);
