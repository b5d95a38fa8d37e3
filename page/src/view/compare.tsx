// Two runs in lock-step: what differs between them at the same iteration, phase by phase.

import { useEffect, useState } from "preact/hooks";
import type { App } from "../app.ts";
import { cell_name, made_by } from "../cells.ts";
import type { Phase, Trace } from "../types.ts";
import { number_text, say } from "../words.ts";
import { CostCurve } from "./curve.tsx";
import { Formula, names_of } from "./symbol.tsx";

export interface Difference {
  phase: Phase;
  cell: string; // that differs most; empty where none does
  values: [number, number];
}

/** Of each phase that both have, the result that differs most. */
export function differences(one: Trace, other: Trace): Difference[] {
  return one.phases.map((phase, p) => {
    const found: Difference = { phase, cell: "", values: [0, 0] };
    made_by(phase).forEach((tensor, t) => tensor.values.forEach((value, k) => {
      const beside = other.phases[p]?.tensors[t]?.values[k] ?? NaN;
      if (!(Math.abs(value - beside) <= Math.abs(found.values[0] - found.values[1])))
        Object.assign(found, { cell: cell_name(tensor.name, tensor.shape, k), values: [value, beside] });
    }));
    return found;
  });
}

function Rows({ app, rows }: { app: App; rows: Difference[] }) {
  const known = names_of(app.state.trace!);
  const text = (value: number) => number_text(value, app.state.all_digits);
  return (
    <div class="scrolls" tabIndex={0} role="group" aria-labelledby="compare-title">
      <table class="terms differences">
        <thead><tr><th scope="col">{say("phase")}</th><th scope="col">{say("differs most")}</th><th scope="col">{say("here")}</th><th scope="col">{say("there")}</th></tr></thead>
        <tbody>{rows.map(({ phase, cell, values }) => (
          <tr key={phase.phase}>
            <th scope="row">{phase.phase} <Formula text={phase.results[0] && phase.kind !== "update" ? phase.results.join(", ") : phase.title} known={known} /></th>
            <td>{cell ? <button type="button" class="link" data-same={cell} onClick={() => { app.show_screen("step"); void app.show_cell(cell, phase.kind === "update"); }}>{cell}</button> : say("equal")}</td>
            <td>{cell && text(values[0])}</td><td>{cell && text(values[1])}</td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}

export function CompareScreen({ app }: { app: App }) {
  const { runs, current, trace } = app.state;
  const others = runs.map((_, i) => i).filter((i) => i !== current);
  const [wanted, choose] = useState(others[0] ?? 0);
  const chosen = others.includes(wanted) ? wanted : others[0];
  const [other, see] = useState<Trace | null>(null);
  useEffect(() => {
    let here = true;
    if (runs[chosen]) void app.trace_of(chosen, trace!.iteration).then((found) => here && see(found));
    return () => { here = false; };
  }, [chosen, current, trace]);
  const title = <h2 id="compare-title">{say("Compare two runs")}</h2>;
  if (others.length === 0)
    return <section class="screen">{title}<p>{say("There is one run only: branch off at some iteration, below.")}</p></section>;
  const rows = other && other.iteration === trace!.iteration ? differences(trace!, other) : [];
  const first = rows.find((row) => row.cell !== "");
  return (
    <section class="screen" aria-labelledby="compare-title">
      {title}
      <p><label>{say("{} beside", runs[current].from || say("the first run"))} <select value={String(chosen)} onChange={(e) => choose(Number(e.currentTarget.value))}>
        {others.map((i) => <option key={i} value={i}>{runs[i].from || say("the first run")}</option>)}
      </select></label></p>
      {other && other.iteration !== trace!.iteration && <p>{say("The other run has no iteration {}.", trace!.iteration)}</p>}
      {rows.length > 0 && <p role="status">{first ? say("At iteration {} they first differ in phase {}, {}.", trace!.iteration, first.phase.phase, first.cell) : say("At iteration {} every number is the same.", trace!.iteration)}</p>}
      <div class="columns">
        <CostCurve app={app} />
        {rows.length > 0 && <Rows app={app} rows={rows} />}
      </div>
    </section>
  );
}
