// The numbers of a matrix as a table: a cell says where its number comes from.

import type { App } from "../app.ts";
import { most_columns, most_rows, slices_of_parameters } from "../state.ts";
import type { Tensor } from "../types.ts";
import { number_text, say } from "../words.ts";
import { example_text, shown_column } from "./example.tsx";
import { shape_text, Symbol, symbol_of } from "./symbol.tsx";

// A matrix, or one of a tensor with three indices.
interface Slice {
  label: string;
  rows: number;
  columns: number;
  at: (row: number, column: number) => number;
  cell: (row: number, column: number) => string;
  examples: boolean; // a column is an example
}

function slices_of(app: App, tensor: Tensor): Slice[] {
  const { name, shape, values, of_examples } = tensor;
  if (shape.length < 3) {
    const [rows, columns] = shape;
    return [{
      label: "", rows, columns, examples: of_examples,
      at: (i, j) => values[i * columns + j], cell: (i, j) => `${name}[${i + 1},${j + 1}]`,
    }];
  }
  const [first, second, third] = shape;
  if (of_examples) { // channels x length, of one example
    const shown = shown_column(app);
    return [{
      label: example_text(app.state.trace!, shown), rows: first, columns: second, examples: false,
      at: (i, j) => values[(i * second + j) * third + shown], cell: (i, j) => `${name}[${i + 1},${j + 1},${shown + 1}]`,
    }];
  }
  return Array.from({ length: slices_of_parameters(shape) }, (_, f) => ({
    label: name.includes("W") ? say("filter {}", f + 1) : say("input {}", f + 1), rows: second, columns: third, examples: false,
    at: (i: number, j: number) => values[(f * second + i) * third + j], cell: (i: number, j: number) => `${name}[${f + 1},${i + 1},${j + 1}]`,
  }));
}

interface Props {
  app: App;
  tensor: Tensor;
  row_names: string[];
  outlined: Set<string>; // cells that the report names
  after: boolean; // parameters behind their update
}

function Cell({ app, name, value, text, outlined, marked, after, mark }: { app: App; name: string; value: number; text: string; outlined: boolean; marked: boolean; after: boolean; mark: () => void }) {
  const { report, trace } = app.state;
  const chosen = report?.cell === name && after === (report.phase === trace!.phases.length);
  const checked = app.state.check?.check.find((cell) => cell.cell === name);
  const classes = [outlined ? "outlined" : "", marked ? "marked" : "", chosen ? "chosen" : ""].join(" ");
  // All digits are written when somebody points at them: in a thousand cells at each step they would take longer than the rest.
  return (
    <td class={classes}>
      <button type="button" data-same={name} aria-label={`${name} ${text}`} aria-pressed={chosen} onFocus={mark}
        onMouseMove={(event) => { event.currentTarget.title = `${name} = ${number_text(value, true)}`; }}
        onMouseLeave={(event) => event.currentTarget.removeAttribute("title")} onClick={() => app.show_cell(chosen ? "" : name, after)}>
        {text}
      </button>
      {checked && <span class="check" title={say("central difference {}", String(checked.central_difference))}>
        {number_text(checked.central_difference, app.state.all_digits)} {checked.relative_error <= 1e-6 ? "✓" : checked.kink ? "∧" : "✗"}
      </span>}
    </td>
  );
}

function SliceTable({ app, slice, row_names, outlined, title, after }: Omit<Props, "tensor"> & { slice: Slice; title: string }) {
  const rows = Math.min(slice.rows, most_rows), columns = Math.min(slice.columns, most_columns);
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
  const mark = (column: number) => slice.examples && app.point_at(column);
  const texts = numbers(rows).map((i) => numbers(columns).map((j) => number_text(slice.at(i, j), app.state.all_digits)));
  const longest = Math.max(4, ...texts.flat().map((text) => text.length));
  return (
    <table class="tensor" style={{ "--letters": longest }} aria-label={`${title} ${slice.label}`} onMouseLeave={() => mark(-1)}>
      {slice.label && <caption>{slice.label}</caption>}
      <thead>
        <tr>
          <td />
          {numbers(columns).map((j) => (
            <th key={j} scope="col" class={slice.examples && app.state.example === j ? "marked" : ""} onMouseEnter={() => mark(j)}>{j + 1}</th>
          ))}
          {slice.columns > columns && <th scope="col" class="more">{say("+{}", slice.columns - columns)}</th>}
        </tr>
      </thead>
      <tbody>
        {numbers(rows).map((i) => (
          <tr key={i}>
            <th scope="row">{row_names[i] ?? i + 1}</th>
            {numbers(columns).map((j) => (
              <Cell key={j} app={app} name={slice.cell(i, j)} value={slice.at(i, j)} text={texts[i][j]} outlined={outlined.has(slice.cell(i, j))} after={after}
                marked={slice.examples && app.state.example === j} mark={() => mark(j)} />
            ))}
            {slice.columns > columns && <td class="more">…</td>}
          </tr>
        ))}
        {slice.rows > rows && <tr><th scope="row" class="more">{say("+{}", slice.rows - rows)}</th></tr>}
      </tbody>
    </table>
  );
}

export function TensorTable({ app, tensor, row_names, outlined, after }: Props) {
  const { base, derivative } = symbol_of(tensor.name);
  const title = `${tensor.name} ${shape_text(tensor)}`;
  return (
    <figure class={`matrix ${derivative ? "derivative" : ""}`} data-symbol={base}>
      <figcaption><Symbol name={tensor.name} /> <span class="shape">{shape_text(tensor)}</span></figcaption>
      <div class="scrolls">
        {slices_of(app, tensor).map((slice) => (
          <SliceTable key={slice.label} app={app} slice={slice} row_names={row_names} outlined={outlined} after={after} title={title} />
        ))}
        {tensor.shape.length === 3 && !tensor.of_examples && tensor.shape[0] > slices_of_parameters(tensor.shape) && <span class="more">{say("+{}", tensor.shape[0] - slices_of_parameters(tensor.shape))}</span>}
      </div>
    </figure>
  );
}
