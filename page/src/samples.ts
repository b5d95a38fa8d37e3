// Tables that the page has within, beside the data that `gradus` makes: a series for convolutions, pictures for machines.

import type { Request } from "./types.ts";

// The same numbers for everybody: a linear congruential generator.
function* draws(): Generator<number> {
  for (let state = 1; ; yield state / 2 ** 32) state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
}

const csv = (header: string[], rows: (string | number)[][]) => [header, ...rows].map((row) => row.join(",")).join("\n") + "\n";

// A bump that is wide or narrow, somewhere in a series of 24.
function waves(): string {
  const random = draws(), next = () => random.next().value as number;
  const length = 24;
  const rows = Array.from({ length: 120 }, (_, i) => {
    const wide = i % 2 === 0, middle = 5 + 14 * next(), width = wide ? 3.2 : 1.1;
    const series = Array.from({ length }, (_, t) => Math.exp(-(((t - middle) / width) ** 2)) + 0.1 * (next() - 0.5));
    return [...series.map((x) => x.toFixed(3)), wide ? "wide" : "narrow"];
  });
  return csv([...Array.from({ length }, (_, t) => `t${t + 1}`), "bump"], rows);
}

// Bars and stripes of 4 x 4: whole rows, or whole columns, are 1.
function stripes(): string {
  const side = 4;
  const rows = Array.from({ length: 2 * 2 ** side }, (_, i) => {
    const bits = i >> 1, across = i % 2 === 0;
    return [...Array.from({ length: side * side }, (_, p) => (bits >> (across ? Math.floor(p / side) : p % side)) & 1), across ? "rows" : "columns"];
  });
  return csv([...Array.from({ length: side * side }, (_, p) => `p${p + 1}`), "lines"], rows);
}

export interface Sample {
  name: string;
  text: () => string;
  options: Record<string, string>;
}

export const samples: Sample[] = [
  { name: "waves.csv", text: waves, options: { shape: "1x24", net: "conv 3x5 relu, maxpool 4, flatten", "learning-rate": "0.01" } },
  { name: "stripes.csv", text: stripes, options: { scale: "none", net: "8 sigmoid", pretrain: "rbm", "pretrain-epochs": "400", validation: "0" } },
];

/** The table of this name, which the page has within. */
export function sample_table(name: string): Pick<Request, "text"> {
  return { text: samples.find((one) => one.name === name)?.text() };
}
