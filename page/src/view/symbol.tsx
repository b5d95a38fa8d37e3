// A matrix by its name: one colour for each symbol, wherever it stands; a derivative has a dashed line.

import type { Phase, Tensor, Trace } from "../types.ts";

/** "dW2" is a W, and a derivative. */
export function symbol_of(name: string): { base: string; derivative: boolean } {
  const [, d, base] = /^(d?)([A-Za-z])/.exec(name) ?? ["", "", name];
  return { base: base || name, derivative: d === "d" && name.length > 1 };
}

export function Symbol({ name }: { name: string }) {
  const { base, derivative } = symbol_of(name);
  return <span class={`symbol ${derivative ? "derivative" : ""}`} data-symbol={base}>{name}</span>;
}

const word = /d?[A-Za-z]+\d*[a-z]?/g;

/** A formula, in which the matrices that this iteration has are marked. */
export function Formula({ text, known }: { text: string; known: Set<string> }) {
  const parts: preact.ComponentChild[] = [];
  let end = 0;
  for (const match of text.matchAll(word)) {
    if (!known.has(match[0])) continue;
    parts.push(text.slice(end, match.index), <Symbol key={match.index} name={match[0]} />);
    end = match.index + match[0].length;
  }
  return <code class="formula">{parts}{text.slice(end)}</code>;
}

/** The names of all matrices of an iteration. */
export function names_of(trace: Trace): Set<string> {
  return new Set(trace.phases.flatMap((phase) => phase.tensors.map((tensor) => tensor.name)));
}

/** What a phase reads: the matrices in its formula that are not its results, each where it was made last before; an
 * update, all gradients. */
export function operands_of(trace: Trace, phase: Phase): Tensor[] {
  if (phase.kind === "update")
    return trace.phases.filter((one) => one.kind === "gradient").reverse().flatMap((one) => one.tensors.slice(0, one.results.length));
  const before = trace.phases.slice(0, phase.phase - 1).reverse().flatMap((one) => one.tensors);
  const here = phase.tensors.slice(phase.results.length);
  const found = new Map<string, Tensor>();
  const right = phase.formula.split(";").map((one) => one.replace(/^[^=]*(=|<-)/, "")).join(" ");
  for (const [name] of right.matchAll(word)) {
    if (phase.results.includes(name)) continue;
    const tensor = here.find((one) => one.name === name) ?? before.find((one) => one.name === name);
    if (tensor) found.set(name, tensor);
  }
  return [...found.values()];
}

/** What a phase makes. */
export function results_of(phase: Phase): Tensor[] {
  if (phase.kind === "update") return phase.tensors;
  return phase.tensors.filter((tensor, place) => place < phase.results.length || phase.results.includes(tensor.name) || tensor.name === "L");
}

export function shape_text(tensor: Tensor): string {
  return tensor.shape.join("x");
}
