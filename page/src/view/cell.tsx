// Where does a number come from? Its products, and a way to each of their factors.

import type { App } from "../app.ts";
import type { CellReport, Factor } from "../types.ts";
import { largest_of, number_text, say } from "../words.ts";
import { Formula } from "./symbol.tsx";

interface Props {
  app: App;
  report: CellReport;
  known: Set<string>;
}

const most_terms = 40;

function Name({ app, factor }: { app: App; factor: Factor }) {
  return <button type="button" class="link" onClick={() => app.show_cell(factor.cell)}>{factor.cell}</button>;
}

function Terms({ app, report }: { app: App; report: CellReport }) {
  const all = app.state.all_digits;
  const product = (term: Factor[]) => term.reduce((value, factor) => value * factor.value, 1);
  const largest = largest_of(report.terms.map(product));
  const stands_out = (term: Factor[]) => report.terms.length > 1 && Math.abs(product(term)) === largest;
  const sum = report.terms.reduce((value, term) => value + product(term), 0);
  return (
    <table class="terms">
      <caption>{say("Its products")}</caption>
      <thead><tr><th scope="col">{say("factors")}</th><th scope="col">{say("values")}</th><th scope="col">{say("product")}</th></tr></thead>
      <tbody>
        {report.terms.map((term, place) => (place < most_terms || stands_out(term)) && (
          <tr key={place}>
            <td>{term.map((factor, i) => <span key={factor.cell}>{i > 0 && " × "}<Name app={app} factor={factor} /></span>)}</td>
            <td>{term.map((factor) => number_text(factor.value, all)).join(" × ")}</td>
            <td>{stands_out(term) && <b role="img" title={say("the largest product")} aria-label={say("the largest product")}>◂ </b>}{number_text(product(term), all)}</td>
          </tr>
        ))}
        {report.terms.length > most_terms && <tr><td colSpan={3}>{say("and {} more", report.terms.length - most_terms)}</td></tr>}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colSpan={2}>
            {say("sum")}
            {report.then && ` × ${report.then.cell} (${number_text(report.then.value, all)})`}
            {report.divisor !== 1 && ` / ${report.divisor}`}
          </th>
          <td>{number_text((sum * (report.then?.value ?? 1)) / report.divisor, all)}</td>
        </tr>
      </tfoot>
    </table>
  );
}

// A parameter before its update can be given another value: a branch begins.
function Edit({ app, report }: { app: App; report: CellReport }) {
  const trace = app.state.trace!;
  const matrix = report.cell.replace(/\[.*/, "");
  const after = report.phase === trace.phases.length;
  if (after || !trace.phases[trace.phases.length - 1].tensors.some((tensor) => tensor.name === matrix)) return null;
  const change = (event: Event) => {
    event.preventDefault();
    const value = Number(new FormData(event.target as HTMLFormElement).get("value"));
    if (Number.isFinite(value)) void app.branch({ cell: report.cell, value });
  };
  return (
    <form class="edit" onSubmit={change}>
      <label>{say("another value for {}, from this iteration on", report.cell)} <input name="value" type="number" step="any" required defaultValue={report.value} /></label>
      <button type="submit">{say("branch")}</button>
    </form>
  );
}

export function CellView({ app, report, known }: Props) {
  const checked = app.state.check?.check.find((cell) => cell.cell === report.cell);
  return (
    <section class="cell" data-same={report.cell} aria-live="polite" aria-label={say("where {} comes from", report.cell)}>
      <h3>
        {report.cell} = {number_text(report.value, true)}
        <span class="buttons">
          <button type="button" aria-label={say("number before")} title={`${say("number before")} (,)`} onClick={() => app.step_cell(-1)}>‹</button>
          <button type="button" aria-label={say("next number")} title={`${say("next number")} (.)`} onClick={() => app.step_cell(1)}>›</button>
          <button type="button" aria-label={say("close")} title={`${say("close")} (Esc)`} onClick={() => app.close_cell()}>×</button>
        </span>
      </h3>
      <p>{say("phase {}", report.phase)}: <Formula text={report.formula} known={known} /></p>
      {report.terms.length > 0 && <Terms app={app} report={report} />}
      {report.sources.length > 0 && (
        <p>{say("from")} {report.sources.map((source, i) => (
          <span key={source.cell}>{i > 0 && ", "}<Name app={app} factor={source} /> = {number_text(source.value, app.state.all_digits)}</span>
        ))}</p>
      )}
      {checked && <p class="checked">{say("central difference {}, relative error {}", String(checked.central_difference), checked.relative_error.toExponential(1))}</p>}
      <Edit app={app} report={report} />
    </section>
  );
}
