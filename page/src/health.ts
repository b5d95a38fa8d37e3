// How the numbers of an iteration lie, and which units saturate.

import type { Health, Tensor, Trace } from "./types.ts";

const saturated = 0.99;

function quantiles_of(values: Float64Array): number[] {
  const sorted = values.filter(Number.isFinite).sort();
  return [0, 0.25, 0.5, 0.75, 1].map((share) => sorted[Math.round(share * (sorted.length - 1))] ?? NaN);
}

// Bounded units only: the output of tanh or of a sigmoid, as its formula says.
function saturation_of(trace: Trace): Health["units"] {
  return trace.phases.filter((phase) => phase.kind === "forward" && /= (tanh|sigmoid)\(/.test(phase.formula)).flatMap((phase) => {
    const A: Tensor = phase.tensors[0];
    if (A.shape.length > 2) return [];
    const low = /tanh/.test(phase.formula) ? -1 : 0;
    const near = (value: number) => (value - low) / (1 - low) > (1 + saturated) / 2 || (value - low) / (1 - low) < (1 - saturated) / 2;
    const [rows, m] = A.shape;
    return Array.from({ length: rows }, (_, i) => ({ unit: `${A.name}[${i + 1}]`, share: A.values.subarray(i * m, (i + 1) * m).filter(near).length / m }));
  });
}

export function health_of(trace: Trace): Health {
  const spreads: Health["spreads"] = {};
  for (const phase of trace.phases.filter((one) => one.kind !== "cost"))
    for (const tensor of phase.kind === "update" ? phase.tensors : phase.tensors.slice(0, phase.results.length)) spreads[tensor.name] = quantiles_of(tensor.values);
  return { iteration: trace.iteration, spreads, units: saturation_of(trace) };
}
