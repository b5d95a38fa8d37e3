// Two inputs as a plane: what the network answers at each place, and the line of each hidden unit. Beside it the
// same examples as the hidden units see them.

import { useEffect, useMemo, useRef } from "preact/hooks";
import type { App } from "../app.ts";
import { grid_size, plane } from "../state.ts";
import type { Examples, Tensor, Trace } from "../types.ts";
import { number_text, say } from "../words.ts";
import { AsTable } from "./as_table.tsx";

const size = 260, room = 38, most_rows = 100, most_dots = 600;

function find(trace: Trace, name: string): Tensor | null {
  return trace.phases.flatMap((phase) => phase.tensors).find((tensor) => tensor.name === name) ?? null;
}

// Blue where the answer is below, orange where it is above; of many classes each its own, faint where unsure.
const colours = [[0, 114, 178], [230, 159, 0], [0, 158, 115], [204, 121, 167], [86, 180, 233], [213, 94, 0], [240, 228, 66]];

export function colour_at(outputs: number[][], place: number, middle: number, range: number): [number, number, number, number] {
  if (outputs.length === 1) {
    const value = (outputs[0][place] - middle) / range;
    const [r, g, b] = colours[value < 0 ? 0 : 1];
    return [r, g, b, Math.round(190 * Math.min(1, 2 * Math.abs(value)))];
  }
  const all = outputs.map((row) => row[place]);
  const best = all.indexOf(Math.max(...all));
  const [r, g, b] = colours[best % colours.length];
  return [r, g, b, Math.round(60 + 140 * Math.min(1, Math.max(0, all[best])))];
}

function Ground({ outputs, task }: { outputs: number[][]; task: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current!.getContext("2d")!;
    const image = context.createImageData(grid_size, grid_size);
    const classify = task === "classify";
    const low = Math.min(...outputs[0]), high = Math.max(...outputs[0]);
    const middle = classify ? 0.5 : (low + high) / 2, range = classify ? 1 : high - low || 1;
    for (let row = 0; row < grid_size; ++row)
      for (let column = 0; column < grid_size; ++column)
        image.data.set(colour_at(outputs, row * grid_size + column, middle, range), 4 * ((grid_size - 1 - row) * grid_size + column));
    context.putImageData(image, 0, 0);
  }, [outputs, task]);
  return <canvas ref={canvas} width={grid_size} height={grid_size} aria-hidden="true" />;
}

// Class of an example: of one output 0 or 1, else the largest.
export function class_of(Y: number[][], j: number): number {
  if (Y.length === 1) return Y[0][j] >= 0.5 ? 1 : 0;
  return Y.reduce((best, row, i) => (row[j] > Y[best][j] ? i : best), 0);
}

interface Dot { x: number; y: number; kind: number; example: number }

// A circle, a square or a triangle.
function outline({ x, y, kind }: Dot, r: number): string {
  const left = (x - r).toFixed(1), top = (y - r).toFixed(1), wide = 2 * r;
  if (kind % 3 === 0) return `M${left},${y.toFixed(1)}a${r},${r} 0 1,0 ${wide},0a${r},${r} 0 1,0 ${-wide},0z`;
  return kind % 3 === 1 ? `M${left},${top}h${wide}v${wide}h${-wide}z` : `M${x.toFixed(1)},${top}l${r + 1},${wide}h${-wide - 2}z`;
}

// One path for each class: a thousand small pictures would take longer than all else.
function Dots({ dots, marked }: { dots: Dot[]; marked: number }) {
  const r = dots.length <= 60 ? 5 : dots.length <= 200 ? 3.5 : 2.5;
  const kinds = useMemo(() => [...new Set(dots.map((one) => one.kind))].map((kind) => (
    <path key={kind} class={`example class-${kind % 7}`} stroke-width={r / 4} d={dots.filter((one) => one.kind === kind).map((one) => outline(one, r)).join("")} />
  )), [dots]);
  const one = dots.find(({ example }) => example === marked);
  return <>{kinds}{one && <path class={`example class-${one.kind % 7} marked`} d={outline(one, r + 3)}><title>{say("example {}", one.example + 1)}</title></path>}</>;
}

// The example nearest to the mouse, of the batch, is marked everywhere.
function point_at(app: App, dots: Dot[], event: MouseEvent): void {
  const box = (event.currentTarget as SVGElement).getBoundingClientRect(), near = 12;
  const far = ({ x, y }: Dot) => Math.hypot(x - ((event.clientX - box.left) / box.width) * size, y - ((event.clientY - box.top) / box.height) * size);
  const nearest = dots.reduce<Dot | null>((best, one) => (far(one) < (best ? far(best) : near) ? one : best), null);
  const example = nearest ? app.state.trace!.examples.indexOf(nearest.example) : -1;
  app.point_at(example);
}

interface Axes { x: (v: number) => number; y: (v: number) => number; ranges: [number, number][] }
function axes(ranges: [number, number][]): Axes {
  const [[a, b], [c, d]] = ranges;
  return { ranges, x: (v) => room + ((size - room) * (v - a)) / (b - a), y: (v) => ((size - room) * (d - v)) / (d - c) };
}

// The part of w1 x1 + w2 x2 + b = 0 within the picture.
export function line_within([[a, b], [c, d]]: [number, number][], w1: number, w2: number, bias: number): [number, number][] {
  const points: [number, number][] = [];
  for (const x1 of [a, b]) if (w2 !== 0) points.push([x1, -(w1 * x1 + bias) / w2]);
  for (const x2 of [c, d]) if (w1 !== 0) points.push([-(w2 * x2 + bias) / w1, x2]);
  const e = 1e-9 * (b - a + d - c);
  return points.filter(([x1, x2]) => x1 >= a - e && x1 <= b + e && x2 >= c - e && x2 <= d + e).slice(0, 2);
}

// Does the first layer see the plane itself?
const has_lines = (trace: Trace) => find(trace, "b1") && ((W) => W?.shape.length === 2 && W.shape[1] === 2)(find(trace, "W1"));

function Lines({ trace, to }: { trace: Trace; to: Axes }) {
  const W = find(trace, "W1")!, b = find(trace, "b1")!;
  const most = 12;
  return <>{Array.from({ length: Math.min(W.shape[0], most) }, (_, i) => {
    const ends = line_within(to.ranges, W.values[2 * i], W.values[2 * i + 1], b.values[i]);
    if (ends.length < 2) return null;
    const [[x1, y1], [x2, y2]] = ends.map(([p, q]) => [to.x(p), to.y(q)]);
    return (
      <g key={i} class="hidden-line">
        <line x1={x1} y1={y1} x2={x2} y2={y2}><title>{say("hidden unit {}: its Z is 0 here", i + 1)}</title></line>
        <text x={(2 * x1 + x2) / 3} y={(2 * y1 + y2) / 3}>{i + 1}</text>
      </g>
    );
  })}</>;
}

// In five letters.
const edge_text = (value: number) => Number(Math.abs(value) < 0.1 ? value.toFixed(2) : value.toPrecision(2));

function Frame({ to, names }: { to: Axes; names: string[] }) {
  return (
    <g class="frame">
      <rect x={room} y={0} width={size - room} height={size - room} />
      <text x={(size + room) / 2} y={size - 6} text-anchor="middle">{names[0]}</text>
      <text transform={`translate(10 ${(size - room) / 2}) rotate(-90)`} text-anchor="middle">{names[1]}</text>
      {[0, 1].map((end) => <text key={end} x={end ? size - 2 : room} y={size - 6} text-anchor={end ? "end" : "start"}>{edge_text(to.ranges[0][end])}</text>)}
      {[0, 1].map((end) => <text key={end} x={room - 3} y={end ? 12 : size - room} text-anchor="end">{edge_text(to.ranges[1][end])}</text>)}
    </g>
  );
}

export function Plane({ app }: { app: App }) {
  const { examples, grid, trace } = app.state;
  return examples && grid && trace && <Answers app={app} examples={examples} grid={grid} trace={trace} />;
}

function Answers({ app, examples, grid, trace }: { app: App; examples: Examples; grid: number[][]; trace: Trace }) {
  const { about } = app.run!;
  const to = axes(plane(examples));
  const count = examples.X[0].length;
  const dots = useMemo(() => examples.X[0].slice(0, most_dots).map((x, j) => ({ x: to.x(x), y: to.y(examples.X[1][j]), kind: class_of(examples.Y, j), example: j })), [examples]);
  const marked = trace.examples[app.state.example] ?? -1;
  const right = Array.from({ length: examples.Y[0].length }, (_, j) => j).filter((j) => class_of(grid, nearest(examples, to, j)) === class_of(examples.Y, j)).length;
  return (
    <figure class="plane">
      <div class="picture">
        <Ground outputs={grid} task={about.task} />
        <svg viewBox={`0 0 ${size} ${size}`} role="img" onMouseMove={(e) => point_at(app, dots, e)} onMouseLeave={() => app.point_at(-1)} aria-label={about.task === "classify"
          ? say("What the network answers at each place of the plane; about {} of {} examples lie on their side.", right, examples.Y[0].length)
          : say("What the network answers at each place of the plane.")}>
          <Frame to={to} names={about.inputs} />
          {has_lines(trace) && <Lines trace={trace} to={to} />}
          <Dots dots={dots} marked={marked} />
        </svg>
      </div>
      <figcaption>{has_lines(trace) ? say("Inputs: the answer at each place, and where each hidden unit's Z is 0.") : say("Inputs: the answer at each place.")} {count > most_dots && say("{} of {} examples.", most_dots, about.examples)}</figcaption>
      <AsTable head={[say("example"), ...about.inputs, say("truth"), say("answer")]} rows={() => Array.from({ length: Math.min(count, most_rows) }, (_, j) => [
        j + 1, ...examples.X.map((row) => number_text(row[j])), ...[examples.Y.map((row) => row[j]), grid.map((row) => row[nearest(examples, to, j)])].map((values) => values.map((value) => number_text(value)).join(", "))])} />
    </figure>
  );
}

// The place of the grid that is nearest to an example.
function nearest(examples: { X: number[][] }, to: Axes, j: number): number {
  const step = (axis: number) => {
    const [low, high] = to.ranges[axis];
    return Math.round(((examples.X[axis][j] - low) / (high - low)) * (grid_size - 1));
  };
  return step(1) * grid_size + step(0);
}

export function HiddenSpace({ app }: { app: App }) {
  const trace = app.state.trace!;
  const hidden = app.run!.about.layers.find((layer) => !/^Z/.test(layer.name));
  const A = hidden && hidden !== app.run!.about.layers.at(-1) ? find(trace, hidden.name) : null;
  const Y = find(trace, "Y");
  if (!A || !Y || A.shape.length > 2 || A.shape[0] < 2) return null;
  const m = A.shape[1];
  const shown = Math.min(m, most_dots);
  const row = (tensor: Tensor, i: number) => [...tensor.values.subarray(i * m, i * m + shown)];
  const first = row(A, 0), second = row(A, 1);
  const to = axes(plane({ X: [first, second], Y: [] }));
  const truth = Array.from({ length: Y.shape[0] }, (_, i) => row(Y, i));
  const dots = first.map((value, j) => ({ x: to.x(value), y: to.y(second[j]), kind: class_of(truth, j), example: trace.examples[j] }));
  return (
    <figure class="plane">
      <div class="picture">
        <svg viewBox={`0 0 ${size} ${size}`} role="img" onMouseMove={(e) => point_at(app, dots, e)} onMouseLeave={() => app.point_at(-1)} aria-label={say("Where {} puts the examples of the batch.", A.name)}>
          <Frame to={to} names={[`${A.name}[1]`, `${A.name}[2]`]} />
          <Dots dots={dots} marked={trace.examples[app.state.example] ?? -1} />
        </svg>
      </div>
      <figcaption>{say("Hidden space: the same examples by what units 1 and 2 of {} say.", A.name)} {m > shown && say("{} of {} examples.", shown, m)}</figcaption>
      <AsTable head={[say("example"), `${A.name}[1]`, `${A.name}[2]`, say("truth")]} rows={() => trace.examples.slice(0, most_rows).map((example, j) => [
        example + 1, number_text(first[j]), number_text(second[j]), truth.map((one) => number_text(one[j])).join(", ")])} />
    </figure>
  );
}
