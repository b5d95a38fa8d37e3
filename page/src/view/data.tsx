// The examples as the network sees them, and how they became so; another table by drop, by choice, or point by point.

import { useState } from "preact/hooks";
import { read_words, write_words } from "../address.ts";
import type { App } from "../app.ts";
import { samples } from "../samples.ts";
import { table_of } from "../table.ts";
import type { Examples, Score } from "../types.ts";
import { number_text, say } from "../words.ts";
import { AsTable } from "./as_table.tsx";
import { class_of } from "./plane.tsx";

const built_in = ["xor", "and", "or", "circles", "moons", "spirals", "gauss", "sine"];
const size = 300, most_rows = 100;

interface Put { x: number; y: number; kind: string }

function PointsPicture({ points, add }: { points: Put[]; add: (x: number, y: number) => void }) {
  const click = (event: MouseEvent) => {
    const box = (event.currentTarget as SVGElement).getBoundingClientRect();
    add((event.clientX - box.left) / box.width, 1 - (event.clientY - box.top) / box.height);
  };
  return (
    <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={say("{} points; click to add one", points.length)} onClick={click}>
      {points.map((p, i) => p.kind === "a" ? <circle key={i} class="example class-0" cx={p.x * size} cy={(1 - p.y) * size} r={5} />
        : <rect key={i} class="example class-1" x={p.x * size - 5} y={(1 - p.y) * size - 5} width={10} height={10} />)}
    </svg>
  );
}

// Points of two classes, each where one clicks or types; they become a table like any other.
function Points({ app }: { app: App }) {
  const [points, put] = useState<Put[]>([]);
  const [kind, choose] = useState("a");
  const add = (x: number, y: number) => put([...points, { x: Number(x.toFixed(3)), y: Number(y.toFixed(3)), kind }]);
  const typed = (event: Event) => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    add(Number(form.get("x1")), Number(form.get("x2")));
  };
  const train = () => app.open_table(table_of("points.csv", ["x1,x2,class", ...points.map((p) => `${p.x},${p.y},${p.kind}`)].join("\n") + "\n"),
    write_words("points.csv", { net: "8 tanh", validation: "0", iterations: "2000" }));
  const too_few = new Set(points.map((p) => p.kind)).size < 2, none = points.length === 0;
  return (
    <fieldset class="points">
      <legend>{say("Points of your own")}</legend>
      <PointsPicture points={points} add={add} />
      <p class="buttons">
        {["a", "b"].map((one) => <label key={one}><input type="radio" name="kind" checked={kind === one} onChange={() => choose(one)} /> {say("class {}", one)}</label>)}
      </p>
      <form class="buttons" onSubmit={typed}>
        {["x1", "x2"].map((one) => <label key={one}>{one} <input name={one} type="number" min="0" max="1" step="any" required defaultValue="0.5" /></label>)}
        <button type="submit">{say("add a point")}</button>
      </form>
      <AsTable head={[say("point"), "x1", "x2", say("class")]} rows={() => points.map((p, i) => [i + 1, p.x, p.y, p.kind])} />
      <p class="buttons">
        <button type="button" aria-disabled={too_few} onClick={() => too_few || train()}>{say("train on them")}</button>
        <button type="button" aria-disabled={none} onClick={() => none || put([])}>{say("clear")}</button>
      </p>
    </fieldset>
  );
}

// What every number of a column becomes before the network sees it.
function ScalingTable({ app }: { app: App }) {
  const { scaling } = app.run!.about;
  if (scaling.length === 0) return null;
  const all = app.state.all_digits;
  return (
    <table class="units">
      <caption>{say("Scaling: the network sees (x - offset) / divisor.")}</caption>
      <thead><tr><th scope="col">{say("column")}</th><th scope="col">{say("offset")}</th><th scope="col">{say("divisor")}</th></tr></thead>
      <tbody>{scaling.map((one) => (
        <tr key={one.column}><th scope="row">{one.column}</th><td>{number_text(one.offset, all)}</td><td>{one.divisor === null ? "∞" : number_text(one.divisor, all)}</td></tr>
      ))}</tbody>
    </table>
  );
}

function Rows({ app, examples }: { app: App; examples: Examples }) {
  const { about } = app.run!;
  const count = Math.min(examples.X[0]?.length ?? 0, most_rows);
  return (
    <div class="rows">
      <p class="note" id="rows-title">{say("{} examples to learn from, scaled as the network sees them; {} are shown.", about.examples, count)}</p>
      <div class="scrolls tall" tabIndex={0} role="group" aria-labelledby="rows-title">
        <table class="tensor" aria-labelledby="rows-title">
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
    </div>
  );
}

const score = ({ accuracy, r2 }: Score) => (accuracy === undefined ? `R2 ${number_text(r2 ?? null)}` : say("accuracy {}", number_text(accuracy)));

// A field of CSV, if the line is one.
const unquoted = (line: string) => (/^"([^"]|"")*"$/.test(line) ? line.slice(1, -1).replaceAll('""', '"') : line);

// What the whole training comes to, as the program would say it.
function Answers({ app }: { app: App }) {
  const { finished, busy } = app.state.studies;
  const { classes } = app.run!.about;
  const csv = () => finished!.columns + finished!.answers.map((line) => line + "\n").join("");
  if (/encode|reconstruct/.test(app.run!.about.task)) return null;
  return (
    <div class="answers">
      <p class="buttons">
        <button type="button" aria-disabled={busy !== ""} onClick={() => busy !== "" || app.student.finish()}>{say("train to the end")}</button>
        {busy === "training" && <span role="status">{say("working …")}</span>}
      </p>
      {finished && <>
        <p role="status">{say("{} updates; the model has the weights after {}.", finished.updates, finished.kept)} {say("Training: {}.", score(finished.training))} {finished.validation && say("Validation: {}.", score(finished.validation))}</p>
        <AsTable title={say("the answers as a table")} head={[say("row"), say("answer"), ...finished.outputs.map((_, i) => (finished.outputs.length === classes.length ? classes[i] : say("output {}", i + 1)))]}
          rows={() => finished.answers.slice(0, most_rows).map((answer, j) => [j + 1, unquoted(answer), ...finished.outputs.map((row) => number_text(row[j], app.state.all_digits))])} />
        <p><a download="predictions.csv" href={`data:text/csv;charset=utf-8,${encodeURIComponent(csv())}`}>{say("save all answers, as gradus predict writes them")}</a></p>
      </>}
    </div>
  );
}

export function DataScreen({ app }: { app: App }) {
  const { examples } = app.state;
  const { data } = read_words(app.state.words), own = samples.find((one) => one.name === data);
  const load = (file: File | undefined) => file && app.take_file(file);
  return (
    <section class="screen" aria-labelledby="data-title">
      <h2 id="data-title">{say("Data")}</h2>
      <p class="buttons">
        {built_in.map((name) => <button key={name} type="button" aria-current={name === data ? "true" : undefined} onClick={() => app.open(name)}>{name}</button>)}
        {samples.map((one) => <button key={one.name} type="button" aria-current={one.name === data ? "true" : undefined} onClick={() => app.open(write_words(one.name, one.options))}>{one.name}</button>)}
        <label class="file">{say("a table (CSV), at most 5 MB")} <input type="file" accept=".csv,.tsv,.txt,.data" onChange={(e) => load(e.currentTarget.files?.[0])} /></label>
      </p>
      <p class="note">{say("The same model in the terminal:")} <code>gradus train {app.run!.about.recipe}</code>
        {own && <> <a download={own.name} href={`data:text/csv;charset=utf-8,${encodeURIComponent(own.text())}`}>{say("save {}", own.name)}</a></>}</p>
      <div class="columns">
        <div><Points app={app} /><ScalingTable app={app} /></div>
        <div><Answers app={app} />{examples && <Rows app={app} examples={examples} />}</div>
      </div>
    </section>
  );
}
