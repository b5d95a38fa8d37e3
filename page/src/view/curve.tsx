// The cost of every iteration that was made: a line for each run, and where one stands on it.

import type { App } from "../app.ts";
import type { Run } from "../state.ts";
import { number_text, say } from "../words.ts";
import { AsTable } from "./as_table.tsx";

const width = 420, height = 190, left = 46, bottom = 24, right = 8, top = 8;
const inside = { x: width - left - right, y: height - top - bottom };

/** Round numbers from low to high, about as many as asked for. */
export function ticks(low: number, high: number, about: number): number[] {
  const rough = (high - low) / about || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((m) => m * power >= rough) ?? 10);
  const first = Math.ceil(low / step) * step;
  return Array.from({ length: Math.floor((high - first) / step + 1e-9) + 1 }, (_, i) => first + i * step);
}

// From a number to a place on the picture.
function scales(runs: Run[], log: boolean, now: number) {
  const costs = [now, ...runs.flatMap((run) => run.costs.costs)].filter((cost) => Number.isFinite(cost) && (!log || cost > 0));
  const last = Math.max(1, ...runs.map((run) => run.costs.iterations[run.costs.iterations.length - 1] ?? 0));
  const seen = costs.map((cost) => (log ? Math.log10(cost) : cost));
  const high = Math.max(...seen, log ? -9 : 1e-9), low = log ? Math.min(...seen, high - 0.1) : 0;
  const x = (iteration: number) => left + (inside.x * iteration) / last;
  const y = (cost: number) => top + inside.y * (1 - ((log ? Math.log10(Math.max(cost, 1e-12)) : cost) - low) / (high - low || 1));
  return { x, y, low, high, last };
}

// Of each run its cost at some iterations, as near as it is known.
function rows_of(runs: Run[], all: boolean): (string | number)[][] {
  const most = 25, last = Math.max(...runs.map((run) => run.costs.iterations.at(-1) ?? 0));
  const iterations = [...new Set(Array.from({ length: most }, (_, k) => Math.round((last * k) / (most - 1))))];
  return iterations.map((i) => [i, ...runs.map(({ costs }) => {
    const place = costs.iterations.filter((one) => one <= i).length - 1;
    return place < 0 || i > costs.iterations[costs.iterations.length - 1] ? "" : number_text(costs.costs[place], all);
  })]);
}

export function CostCurve({ app }: { app: App }) {
  const { runs, current, log_scale, trace } = app.state;
  const run = app.run!;
  const { x, y, low, high, last } = scales(runs, log_scale, trace!.cost);
  const path = (points: [number, number][]) => "M" + points.map(([i, cost]) => `${x(i).toFixed(1)},${y(cost).toFixed(1)}`).join("L");
  const line = (one: Run) => one.costs.iterations.map((i, k): [number, number] => [i, one.costs.costs[k]]);
  const at = run.place.updates;
  const first = run.costs.costs[0], now = trace!.cost;
  const best = run.costs.validation.reduce<[number, number] | null>((least, one) => (!least || one[1] < least[1] ? one : least), null);
  const ended = run.place.last >= 0 && run.place.last < run.about.planned - 1 ? run.place.last : -1;
  const go = (event: MouseEvent) => {
    const box = (event.currentTarget as SVGElement).getBoundingClientRect();
    void app.go_to((((event.clientX - box.left) / box.width) * width - left) / inside.x * last);
  };
  return (
    <figure class="curve">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" onClick={go}
        aria-label={say("Cost over {} iterations, from {} to {} at iteration {}", run.place.made, number_text(first ?? now), number_text(now), at)}>
        {ticks(low, high, 4).map((tick) => (
          <g key={tick} class="tick"><line x1={left} x2={width - right} y1={y(log_scale ? 10 ** tick : tick)} y2={y(log_scale ? 10 ** tick : tick)} />
            <text x={left - 5} y={y(log_scale ? 10 ** tick : tick) + 4} text-anchor="end">{log_scale ? `1e${Number(tick.toFixed(1))}` : Number(tick.toPrecision(3))}</text></g>
        ))}
        {ticks(0, last, 4).filter(Number.isInteger).map((tick) => <text key={tick} class="tick" x={x(tick)} y={height - 6} text-anchor={x(tick) > width - 20 ? "end" : "middle"}>{tick}</text>)}
        {runs.map((one, i) => one.costs.iterations.length > 1 && (
          <path key={one.session} class={`cost run-${i % 4} ${i === current ? "current" : ""}`} d={path(line(one))} />
        ))}
        {run.costs.validation.length > 1 && <path class="validation" d={path(run.costs.validation)} />}
        {best && <circle class="event" cx={x(best[0])} cy={y(best[1])} r={5}><title>{say("the lowest validation cost: {} at iteration {}", number_text(best[1]), best[0])}</title></circle>}
        {ended >= 0 && <line class="event" x1={x(ended)} x2={x(ended)} y1={top} y2={height - bottom}><title>{say("the run ends at iteration {}", ended)}</title></line>}
        <line class="here" x1={x(at)} x2={x(at)} y1={top} y2={height - bottom} />
        <circle class="here" cx={x(at)} cy={y(now)} r={4} />
      </svg>
      <figcaption>
        {say("cost {} at iteration {}", number_text(now, app.state.all_digits), at)}
        {best && ` · ${say("dotted: validation")}, ${say("the lowest {} at iteration {} (ring)", number_text(best[1]), best[0])}`}
        {ended >= 0 && ` · ${say("the run ends at iteration {}", ended)}`}
        <button type="button" aria-pressed={log_scale} onClick={() => app.set({ log_scale: !log_scale })}>log</button>
      </figcaption>
      <AsTable head={[say("iteration"), ...runs.map((one) => (one.from ? `${say("cost")}: ${one.from}` : say("cost")))]} rows={() => rows_of(runs, app.state.all_digits)} />
      {runs.length > 1 && (
        <ul class="runs" aria-label={say("runs")}>
          {runs.map((one, i) => (
            <li key={one.session}><button type="button" class={`run-${i % 4}`} aria-pressed={i === current} onClick={() => app.choose_run(i)}>{one.from || say("the first run")}</button>{" "}
              {say("cost {} at iteration {}", number_text(one.costs.costs.at(-1) ?? now, app.state.all_digits), one.costs.iterations.at(-1) ?? at)}</li>
          ))}
        </ul>
      )}
    </figure>
  );
}
