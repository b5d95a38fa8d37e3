// The examples as the network sees them, and how they became so; another table by drop, by choice, or point by point.

import { useState } from "preact/hooks";
import type { App } from "../app.ts";
import { number_text, say } from "../words.ts";
import { class_of } from "./plane.tsx";

const built_in = ["xor", "and", "or", "circles", "moons", "spirals", "gauss", "sine"];
const size = 300, most_rows = 100;

// Points of two classes, each where one clicks; they become a table like any other.
function Points({ app }: { app: App }) {
  const [points, put] = useState<{ x: number; y: number; kind: string }[]>([]);
  const [kind, choose] = useState("a");
  const add = (event: MouseEvent) => {
    const box = (event.currentTarget as SVGElement).getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width, y = 1 - (event.clientY - box.top) / box.height;
    put([...points, { x: Number(x.toFixed(3)), y: Number(y.toFixed(3)), kind }]);
  };
  const train = () => app.open_table("points.csv", ["x1,x2,class", ...points.map((p) => `${p.x},${p.y},${p.kind}`)].join("\n") + "\n",
    { net: "8 tanh", validation: "0", iterations: "2000" });
  return (
    <fieldset class="points">
      <legend>{say("Points of your own")}</legend>
      <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={say("{} points; click to add one", points.length)} onClick={add}>
        {points.map((p, i) => p.kind === "a" ? <circle key={i} class="example class-0" cx={p.x * size} cy={(1 - p.y) * size} r={5} />
          : <rect key={i} class="example class-1" x={p.x * size - 5} y={(1 - p.y) * size - 5} width={10} height={10} />)}
      </svg>
      <p class="buttons">
        {["a", "b"].map((one) => <label key={one}><input type="radio" name="kind" checked={kind === one} onChange={() => choose(one)} /> {say("class {}", one)}</label>)}
        <button type="button" disabled={new Set(points.map((p) => p.kind)).size < 2} onClick={train}>{say("train on them")}</button>
        <button type="button" disabled={points.length === 0} onClick={() => put([])}>{say("clear")}</button>
      </p>
    </fieldset>
  );
}

export function DataScreen({ app }: { app: App }) {
  const { examples } = app.state;
  const { about } = app.run!;
  const load = (file: File | undefined) => file && app.take_file(file);
  const count = Math.min(examples?.X[0]?.length ?? 0, most_rows);
  return (
    <section class="screen" aria-labelledby="data-title">
      <h2 id="data-title">{say("Data")}</h2>
      <p class="buttons">
        {built_in.map((name) => <button key={name} type="button" onClick={() => app.open(name)}>{name}</button>)}
        <label class="file">{say("a table (CSV), at most 5 MB")} <input type="file" accept=".csv,.tsv,.txt,.data" onChange={(e) => load(e.currentTarget.files?.[0])} /></label>
      </p>
      <p class="note">{say("The same model in the terminal:")} <code>gradus train {about.recipe}</code></p>
      <Points app={app} />
      {examples && (
        <div class="scrolls" tabIndex={0} role="group" aria-label={say("examples")}>
          <table class="tensor rows">
            <caption>{say("{} examples to learn from, scaled as the network sees them; {} are shown.", about.examples, count)}</caption>
            <thead><tr><td />{about.inputs.slice(0, 20).map((name) => <th key={name} scope="col">{name}</th>)}<th scope="col">{about.outputs.join(", ") || "y"}</th></tr></thead>
            <tbody>{Array.from({ length: count }, (_, j) => (
              <tr key={j}>
                <th scope="row">{j + 1}</th>
                {examples.X.slice(0, 20).map((row, i) => <td key={i}>{number_text(row[j], app.state.all_digits)}</td>)}
                <td>{about.task === "classify" ? about.classes[class_of(examples.Y, j)] : examples.Y.map((row) => number_text(row[j])).join(", ")}</td>
              </tr>
            ))}</tbody>
          </table>
        </div>
      )}
    </section>
  );
}
