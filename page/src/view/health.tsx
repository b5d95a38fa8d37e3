// Is the run healthy? What the doctor finds, how the numbers of each matrix lie over time, which units saturate.

import type { App } from "../app.ts";
import type { Spread, UnitHealth } from "../studies.ts";
import type { Diagnosis } from "../types.ts";
import { number_text, say } from "../words.ts";
import { AsTable } from "./as_table.tsx";
import { names_of, Symbol, symbol_of } from "./symbol.tsx";

const width = 220, height = 90;

// From the least to the largest, the middle half, and the median, over the iterations.
function SpreadPicture({ name, spreads }: { name: string; spreads: Spread[] }) {
  const all = spreads.flatMap((one) => one.quantiles).filter(Number.isFinite);
  const least = Math.min(...all), largest = Math.max(...all), low = Math.min(least, 0), high = Math.max(largest, 0), last = Math.max(1, spreads[spreads.length - 1].iteration);
  const x = (one: Spread) => (width * one.iteration) / last;
  const y = (value: number) => height - (height * (value - low)) / (high - low || 1);
  const line = (q: number) => spreads.map((one) => `${x(one).toFixed(1)},${y(one.quantiles[q]).toFixed(1)}`);
  const band = (a: number, b: number) => "M" + [...line(a), ...line(b).reverse()].join("L") + "Z";
  const end = spreads[spreads.length - 1].quantiles;
  const { base } = symbol_of(name);
  return (
    <figure class="spread" data-symbol={base}>
      <figcaption><Symbol name={name} /> <span class="shape">{number_text(least)} … {number_text(largest)}</span></figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={say("{}: at iteration {} from {} to {}, the median {}", name, last, number_text(end[0]), number_text(end[4]), number_text(end[2]))}>
        <path class="all" d={band(0, 4)} /><path class="half" d={band(1, 3)} /><path class="median" d={"M" + line(2).join("L")} />
        <line class="zero" x1={0} x2={width} y1={y(0)} y2={y(0)} />
      </svg>
    </figure>
  );
}

function SpreadTable({ app, spreads }: { app: App; spreads: Record<string, Spread[]> }) {
  return (
    <AsTable title={say("as a table, at the last iteration")} head={[say("matrix"), "0 %", "25 %", "50 %", "75 %", "100 %"]}
      rows={() => Object.entries(spreads).map(([name, one]) => [name, ...one[one.length - 1].quantiles.map((value) => number_text(value, app.state.all_digits))])} />
  );
}

function Units({ app, units }: { app: App; units: UnitHealth[] }) {
  const go = (iteration: number) => {
    app.show_screen("step");
    void app.go_to(iteration);
  };
  return (
    <div class="scrolls saturation" tabIndex={0} role="group" aria-label={say("unit")}>
      <table class="units">
        <caption>{say("Saturated: |tanh| above 0.99, or a sigmoid as near to 0 or 1.")}</caption>
        <thead><tr><th scope="col">{say("unit")}</th><th scope="col">{say("of the examples, at the end")}</th><th scope="col">{say("first for one of them")}</th><th scope="col">{say("first for half of them")}</th></tr></thead>
        <tbody>{units.map(({ unit, share, first }) => (
          <tr key={unit}>
            <th scope="row">{unit}</th>
            <td>{Math.round(100 * share)} %</td>
            {first.map((iteration, i) => (
              <td key={i}>{iteration === null ? say("never") : <button type="button" class="link" onClick={() => go(iteration)}>{say("iteration {}", iteration)}</button>}</td>
            ))}
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}

// A finding's words, in which the matrices that it names lead to their numbers, at the end of the run: "A1", and of "units 2
// 3" the first.
function Linked({ app, text, unit }: { app: App; text: string; unit: string }) {
  const known = names_of(app.state.trace!), parts: preact.ComponentChild[] = [];
  const go = async (name: string) => {
    app.show_screen("step");
    await app.go_to(Number.MAX_SAFE_INTEGER);
    await app.show_cell(`${name}[${unit},1]`);
  };
  let end = 0;
  for (const match of text.matchAll(/\b[A-Za-z]+\d+\b/g)) {
    if (!known.has(match[0])) continue;
    parts.push(text.slice(end, match.index), <button type="button" class="link" onClick={() => go(match[0])}>{match[0]}</button>);
    end = match.index + match[0].length;
  }
  return <>{parts}{text.slice(end)}</>;
}

function Findings({ app, diagnosis }: { app: App; diagnosis: Diagnosis }) {
  return (
    <div class="findings">
      <ol>{diagnosis.findings.map(({ finding, sentence, evidence, hint }) => {
        const unit = /(?:units?|单元) (\d+)/.exec(`${sentence} ${evidence}`)?.[1] ?? "1";
        return (
          <li key={finding}>
            <b><Linked app={app} text={sentence} unit={unit} /></b><br /><Linked app={app} text={evidence} unit={unit} />
            {hint && <><br />{say("type")} <code>{hint}</code></>}
          </li>
        );
      })}</ol>
      <p>{diagnosis.findings.length === 0 && say("Nothing found.")} {diagnosis.verdict}</p>
    </div>
  );
}

export function HealthScreen({ app }: { app: App }) {
  const { diagnosis, spreads, units, busy } = app.state.studies;
  const run = app.run!;
  const last = run.place.last >= 0 ? run.place.last : run.about.planned - 1;
  return (
    <section class="screen" aria-labelledby="health-title">
      <h2 id="health-title">{say("Is the run healthy?")}</h2>
      <p class="buttons">
        <button type="button" aria-disabled={busy !== ""} onClick={() => busy !== "" || app.student.examine()}>{say("ask the doctor")}</button>
        <button type="button" aria-disabled={busy !== ""} onClick={() => busy !== "" || app.student.measure(Math.min(last, 20000))}>{say("measure over time")}</button>
        {busy && <span role="status">{say("working …")}</span>}
      </p>
      {diagnosis && <Findings app={app} diagnosis={diagnosis} />}
      {Object.keys(spreads).length > 0 && <>
        <p class="note">{say("Each picture: from the least to the largest number of the matrix over the iterations; dark: the middle half; line: the median.")}</p>
        <div class="spreads">{Object.entries(spreads).map(([name, one]) => <SpreadPicture key={name} name={name} spreads={one} />)}</div>
        <SpreadTable app={app} spreads={spreads} />
      </>}
      {units.length > 0 && <Units app={app} units={units} />}
    </section>
  );
}
