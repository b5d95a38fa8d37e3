// The network drawn: a circle for each unit, a line for each weight; wide is large, dashed is negative.

import { useState } from "preact/hooks";
import type { App } from "../app.ts";
import type { Tensor, Trace } from "../types.ts";
import { largest_of, number_text, say, short_text } from "../words.ts";
import { AsTable } from "./as_table.tsx";
import { example_text, ExampleChoice, shown_column } from "./example.tsx";

interface Column {
  title: string;
  units: string[]; // what each is called
  values: (number | null)[]; // for the marked example
  W: Tensor | null; // from the column before
}

const most_units = 10, most_rows = 300, width = 420, unit_gap = 62, radius = 19;

// A column for the inputs, and one for each dense layer with what follows it.
function columns_of(app: App, trace: Trace): Column[] {
  const example = shown_column(app);
  const tensor = (name: string) => trace.phases.flatMap((phase) => phase.tensors).find((one) => one.name === name) ?? null;
  const values = (matrix: Tensor | null, units: number) =>
    Array.from({ length: units }, (_, i) => (matrix ? matrix.values[i * matrix.shape[1] + example] : null));
  const { about } = app.run!;
  const X = tensor("X");
  if (!X || X.shape.length > 2) return [];
  const columns: Column[] = [{ title: "X", units: about.inputs, values: values(X, about.inputs.length), W: null }];
  for (const layer of about.layers) {
    const output = tensor(layer.name);
    if (!output || output.shape.length > 2) return [];
    const W = tensor(layer.name.replace(/^Z/, "W"));
    const title = layer.name;
    const names = Array.from({ length: layer.units }, (_, i) => `${title}[${i + 1}]`);
    if (/^Z/.test(title) && W) columns.push({ title, units: names, values: values(output, layer.units), W });
    else Object.assign(columns[columns.length - 1], { title, units: names, values: values(output, layer.units) });
  }
  return columns;
}

interface EdgesProps { from: Column; to: Column; x: (c: number) => number; y: (column: Column, i: number) => number; see: (k: number) => void }
function Edges({ from, to, x, y, see }: EdgesProps) {
  const W = to.W!;
  const [rows, columns] = W.shape;
  const largest = largest_of(W.values) || 1;
  const lines = [];
  for (let i = 0; i < Math.min(rows, most_units); ++i)
    for (let j = 0; j < Math.min(columns, most_units); ++j) {
      const w = W.values[i * columns + j];
      lines.push(
        <line key={`${i},${j}`} x1={x(0) + radius} y1={y(from, j)} x2={x(1) - radius} y2={y(to, i)} class={w < 0 ? "negative" : "positive"}
          stroke-width={(0.5 + 6 * Math.abs(w) / largest).toFixed(1)} onMouseEnter={() => see(i * columns + j)} />);
    }
  return <>{lines}</>;
}

// "W1[1,2]" of the k-th number.
const weight_name = (W: Tensor, k: number) => `${W.name}[${Math.floor(k / W.shape[1]) + 1},${(k % W.shape[1]) + 1}]`;

export function NetworkPicture({ app }: { app: App }) {
  const [pointed, point] = useState<{ column: number; k: number } | null>(null);
  const trace = app.state.trace!;
  const columns = columns_of(app, trace);
  const { layers } = app.run!.about;
  if (columns.length < 2)
    return <ol class="layers">{layers.map((layer) => <li key={layer.name}><b>{layer.name}</b> {layer.text} <span class="shape">{layer.shape}</span></li>)}</ol>;
  const tallest = Math.min(most_units, Math.max(...columns.map((column) => column.units.length)));
  const height = tallest * unit_gap + 34;
  const x = (c: number) => 46 + (c * (width - 92)) / (columns.length - 1);
  const y = (column: Column, i: number) => (height + 20) / 2 + (i - (Math.min(column.units.length, most_units) - 1) / 2) * unit_gap;
  const W = pointed && columns[pointed.column]?.W;
  const scale = (value: number | null) => (value === null ? 0 : Math.min(1, Math.abs(value)));
  return (
    <figure class="network">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" onMouseLeave={() => point(null)} aria-label={say("The network: {}. Wide lines are large weights, dashed ones negative.", layers.map((layer) => layer.text).join(", "))}>
        {columns.slice(1).map((column, c) => <Edges key={column.title} from={columns[c]} to={column} x={(k) => x(c + k)} y={y} see={(k) => point({ column: c + 1, k })} />)}
        {columns.map((column, c) => (
          <g key={column.title}>
            <text class="title" x={x(c)} y={14}>{column.title}{column.units.length > most_units ? ` (${column.units.length})` : ""}</text>
            {column.units.slice(0, most_units).map((unit, i) => (
              <g key={unit} class={`unit ${(column.values[i] ?? 0) < 0 ? "below" : "above"}`}>
                <circle class="ground" cx={x(c)} cy={y(column, i)} r={radius} />
                <circle cx={x(c)} cy={y(column, i)} r={radius} fill-opacity={(0.65 * scale(column.values[i])).toFixed(2)} />
                <text x={x(c)} y={y(column, i) + 4}>{column.values[i] === null ? "" : short_text(column.values[i])}</text>
                <title>{unit}</title>
              </g>
            ))}
          </g>
        ))}
      </svg>
      <figcaption>{say("Units for {}. Wide: a large weight; dashed: negative.", example_text(trace, shown_column(app)))} <ExampleChoice app={app} />
        {W && pointed.k < W.values.length && <> <b>{weight_name(W, pointed.k)} = {number_text(W.values[pointed.k], app.state.all_digits)}</b></>}</figcaption>
      <AsTable head={[say("unit or weight"), say("value")]} rows={() => columns.flatMap(({ units, values, W }) => [
        ...(W ? Array.from(W.values.subarray(0, most_rows), (w, k) => [weight_name(W, k), number_text(w, app.state.all_digits)]) : []),
        ...units.map((unit, i) => [unit, values[i] === null ? "" : number_text(values[i], app.state.all_digits)]),
      ]).slice(0, most_rows)} />
    </figure>
  );
}
