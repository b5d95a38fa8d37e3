// The cost around where the run stands: along the gradient, and across it. Only a slice: the picture says how far off the
// run really goes.

import { useEffect, useRef } from "preact/hooks";
import type { App } from "../app.ts";
import type { Slice } from "../types.ts";
import { number_text, say, short_text } from "../words.ts";
import { AsTable } from "./as_table.tsx";

const size = 260, room = 38;

// Dark where the cost is low, by its logarithm, in ten steps: their edges are contour lines.
function Ground({ slice }: { slice: Slice }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current!.getContext("2d")!;
    const { n, costs } = slice;
    const image = context.createImageData(n, n);
    const seen = costs.filter((cost): cost is number => cost !== null && cost > 0).map(Math.log);
    const low = Math.min(...seen), high = Math.max(...seen);
    for (let k = 0; k < n * n; ++k) {
      const cost = costs[k];
      const level = cost === null || cost <= 0 ? 0 : Math.floor(10 * (1 - (Math.log(cost) - low) / (high - low || 1)));
      image.data.set([0, 114, 178, 22 * Math.min(10, level)], 4 * ((n - 1 - Math.floor(k / n)) * n + (k % n)));
    }
    context.putImageData(image, 0, 0);
  }, [slice]);
  return <canvas ref={canvas} width={slice.n} height={slice.n} aria-hidden="true" />;
}

export function SliceView({ app }: { app: App }) {
  const { slice } = app.state;
  const button = (
    <button type="button" data-same="slice" aria-pressed={app.state.slicing} onClick={() => app.toggle_slice()}>{say("cost around here")}</button>
  );
  if (app.run!.about.machine > 0) return null;
  if (!slice) return <p>{button}</p>;
  const [a0, a1] = slice.a, [b0, b1] = slice.b;
  const x = (a: number) => room + ((size - room) * (a - a0)) / (a1 - a0), y = (b: number) => ((size - room) * (b1 - b)) / (b1 - b0);
  const off = Math.max(0, ...slice.path.map((one) => one.distance));
  const far = Math.max(1e-12, ...slice.path.map((one) => Math.hypot(one.a, one.b, one.distance)));
  const sentence = say("The cost of this batch around iteration {}: to the right against the gradient (its length {}), upwards across it; darker is lower. The run leaves this plane by up to {}, {} % of its way.",
    slice.iteration, number_text(slice.gradient), number_text(off), Math.round((100 * off) / far));
  return (
    <figure class="plane slice">
      {button}
      <div class="picture">
        <Ground slice={slice} />
        <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={sentence}>
          <g class="frame"><rect x={room} y={0} width={size - room} height={size - room} />
            {[a0, a1].map((end, i) => <text key={i} x={i ? size - 2 : room} y={size - 6} text-anchor={i ? "end" : "start"}>{short_text(end)}</text>)}
            {[b0, b1].map((end, i) => <text key={i} x={room - 2} y={i ? 12 : size - room} text-anchor="end">{Number(end.toPrecision(3))}</text>)}
          </g>
          <path class="path" d={"M" + slice.path.map((one) => `${x(one.a).toFixed(1)},${y(one.b).toFixed(1)}`).join("L")} />
          <circle class="here" cx={x(0)} cy={y(0)} r={4} />
        </svg>
      </div>
      <figcaption>{sentence}</figcaption>
      <AsTable title={say("the way as a table")} head={[say("iteration"), say("along"), say("across"), say("off the plane")]}
        rows={() => slice.path.map((one) => [one.iteration, number_text(one.a), number_text(one.b), number_text(one.distance)])} />
    </figure>
  );
}
