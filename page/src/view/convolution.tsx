// A convolution: a window moves over the series, and the products under it are added up.

import type { App } from "../app.ts";
import { place_of } from "../cells.ts";
import type { CellReport, Phase, Tensor } from "../types.ts";
import { largest_of, number_text, say, short_text } from "../words.ts";
import { example_text, shown_column } from "./example.tsx";

const width = 560, high = 110, room = 34;

const at = (tensor: Tensor, [i, j, k]: number[]) => tensor.values[(i * tensor.shape[1] + j) * tensor.shape[2] + k];

interface Axes { x: (t: number) => number; y: (value: number) => number }
function axes(series: Tensor, example: number): Axes {
  const [channels, length] = series.shape;
  let low = 0, top = 0;
  for (let k = 0; k < channels * length; ++k) {
    const value = at(series, [Math.floor(k / length), k % length, example]);
    if (value < low) low = value;
    if (value > top) top = value;
  }
  return {
    x: (t) => room + ((width - 2 * room) * t) / Math.max(1, length - 1),
    y: (value) => 8 + (high - 16) * (1 - (value - low) / (top - low || 1)),
  };
}

function Lines({ series, example, to, only = -1 }: { series: Tensor; example: number; to: Axes; only?: number }) {
  const [channels, length] = series.shape;
  return <>{Array.from({ length: Math.min(channels, 6) }, (_, c) => (only < 0 || c === only) && (
    <path key={c} class={`run-${c % 4}`} d={"M" + Array.from({ length }, (_, t) => `${to.x(t).toFixed(1)},${to.y(at(series, [c, t, example])).toFixed(1)}`).join("L")} />
  ))}</>;
}

// The numbers that the report multiplies with weights, where they stand in the series.
function Window({ series, report, to }: { series: Tensor; report: CellReport; to: Axes }) {
  const seen = report.terms.flat().map((factor) => ({ ...factor, ...place_of(factor.cell) })).filter((one) => one.matrix === series.name);
  if (seen.length === 0) return null;
  const times = seen.map((one) => one.indices[1]);
  const from = to.x(Math.min(...times) - 0.45), till = to.x(Math.max(...times) + 0.45);
  return (
    <g class="window">
      <rect x={from} y={1} width={till - from} height={high - 2} />
      {seen.map((one) => <circle key={one.cell} cx={to.x(one.indices[1])} cy={to.y(one.value)} r={4}><title>{`${one.cell} = ${number_text(one.value)}`}</title></circle>)}
    </g>
  );
}

function Products({ report }: { report: CellReport }) {
  const values = report.terms.map((term) => term.reduce((product, factor) => product * factor.value, 1));
  const largest = largest_of(values) || 1, step = (width - 2 * room) / Math.max(values.length, 1);
  return (
    <svg viewBox={`0 0 ${width} 76`} role="img" aria-label={say("The products under the window: {}", values.map((value) => number_text(value)).join(", "))}>
      <line class="zero" x1={room} x2={width - room} y1={30} y2={30} />
      {values.map((value, k) => (
        <g key={k} class={`${value < 0 ? "below" : "above"} ${values.length > 7 ? "many" : ""}`}>
          <rect x={room + step * (k + 0.2)} width={step * 0.6} y={Math.min(30, 30 - (26 * value) / largest)} height={Math.abs((26 * value) / largest)} />
          {values.length <= 12 && <text x={room + step * (k + 0.5)} y={72} text-anchor="middle">{short_text(value)}</text>}
        </g>
      ))}
    </svg>
  );
}

/** Of a phase that makes series from series: its window, wherever one moves it. */
export function Convolution({ app, phase }: { app: App; phase: Phase }) {
  const made = phase.tensors[0];
  const read = /windows\((\w+)\)/.exec(phase.formula)?.[1];
  const series = read && app.state.trace!.phases.flatMap((one) => one.tensors).find((one) => one.name === read);
  if (phase.kind !== "forward" || !series || series.shape.length < 3 || made.shape.length < 3) return null;
  const [filters, length, m] = made.shape;
  const report = app.state.report && place_of(app.state.report.cell).matrix === made.name ? app.state.report : null;
  const [filter, time, shown] = report ? place_of(report.cell).indices : [0, 0, shown_column(app)];
  const go = (f: number, t: number, e: number) => app.show_cell(`${made.name}[${f + 1},${t + 1},${e + 1}]`);
  const within = (event: { currentTarget: HTMLInputElement }, most: number) => Math.min(most, Math.max(1, Math.round(Number(event.currentTarget.value)))) - 1;
  const input = axes(series, shown), output = axes(made, shown);
  return (
    <figure class="convolution">
      <p class="buttons">
        <label>{say("filter")} <input type="number" min={1} max={filters} value={filter + 1} onChange={(e) => go(within(e, filters), time, shown)} /></label>
        <label>{say("position")} <input type="range" min={1} max={length} value={time + 1} onInput={(e) => go(filter, Number(e.currentTarget.value) - 1, shown)} /></label>
        <label>{say("column of the batch")} <input type="number" min={1} max={m} value={shown + 1} onChange={(e) => go(filter, time, within(e, m))} /></label>
      </p>
      <svg viewBox={`0 0 ${width} ${high}`} role="img" aria-label={say("The series {} of {}, and the window at position {}.", series.name, example_text(app.state.trace!, shown), time + 1)}>
        <Lines series={series} example={shown} to={input} />
        {report && <Window series={series} report={report} to={input} />}
      </svg>
      {report && <Products report={report} />}
      <svg viewBox={`0 0 ${width} ${high}`} role="img" aria-label={say("What filter {} makes of it: {} at position {}.", filter + 1, number_text(at(made, [filter, time, shown])), time + 1)}>
        <line class="zero" x1={room} x2={width - room} y1={output.y(0)} y2={output.y(0)} />
        <Lines series={made} example={shown} to={output} only={filter} />
        <circle class="here" cx={output.x(time)} cy={output.y(at(made, [filter, time, shown]))} r={4} />
      </svg>
      <figcaption>{report ? say("Above the series and the window, in the middle its products, below their sums: {} at every position.", made.name)
        : say("Move the position: the window shows which numbers are multiplied and added.")}</figcaption>
    </figure>
  );
}
