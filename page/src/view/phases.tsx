// The phases of an iteration: a list of all, and the numbers of one.

import type { App } from "../app.ts";
import { cells_of } from "../state.ts";
import type { Phase, Tensor, Trace } from "../types.ts";
import { say } from "../words.ts";
import { CellView } from "./cell.tsx";
import { Convolution } from "./convolution.tsx";
import { Formula, names_of, operands_of, results_of, shape_text } from "./symbol.tsx";
import { TensorTable } from "./tensor_table.tsx";
import { Turn } from "./turn.tsx";

const kinds: Record<Phase["kind"], () => string> = {
  forward: () => say("forward: a layer's output"),
  cost: () => say("the cost of the batch"),
  backward: () => say("backward: how the cost changes with a layer's output"),
  gradient: () => say("the gradient: how the cost changes with the parameters"),
  update: () => say("the update: the parameters move"),
};

// What the rows of a matrix are: inputs, or classes.
function row_names(app: App, tensor: Tensor): string[] {
  const { inputs, classes, layers } = app.run!.about;
  if (tensor.name === "X" && tensor.shape.length < 3) return inputs;
  const last = layers[layers.length - 1].name;
  return (tensor.name === last || tensor.name === "Y") && tensor.shape[0] === classes.length ? classes : [];
}

function List({ app, trace, known }: { app: App; trace: Trace; known: Set<string> }) {
  return (
    <ol class="phases" aria-label={say("phases of the iteration")}>
      {trace.phases.map((phase, place) => (
        <li key={phase.title} class={phase.kind}>
          <button type="button" aria-current={app.state.phase === place ? "step" : undefined} onClick={() => app.show_phase(place)}>
            <span class="number">{phase.phase}</span>
            <Formula text={phase.formula} known={known} />
            <span class="shape">{phase.kind === "update" ? "" : results_of(phase).filter((t) => t.name !== "L").map(shape_text).join(", ")}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}

function Change({ trace }: { trace: Trace }) {
  return (
    <p class="change">
      {say("The cost should change by {} (gradient times step), and changes by {}.",
        trace.predicted_change.toPrecision(4), trace.actual_change.toPrecision(4))}
    </p>
  );
}

/** The phase that is looked at: its results, what they are made of, and where one number comes from. */
function One({ app, trace, known }: { app: App; trace: Trace; known: Set<string> }) {
  const phase = trace.phases[app.state.phase];
  const report = app.state.report;
  const outlined = new Set([...(report?.terms.flat() ?? []), ...(report?.sources ?? [])].map((factor) => factor.cell));
  const table = (of: string, after: boolean) => (tensor: Tensor) => (
    <Turn key={tensor.name} app={app} part={`${of} ${tensor.name}`} cells={cells_of(tensor)}>{() => (
      <TensorTable app={app} tensor={tensor} row_names={row_names(app, tensor)} outlined={outlined} after={after} />
    )}</Turn>
  );
  const operands = operands_of(trace, phase);
  return (
    <section class="phase" aria-labelledby="phase-title">
      <h2 id="phase-title"><span class="number">{phase.phase}</span> <Formula text={phase.formula} known={known} /></h2>
      <p class="kind">{kinds[phase.kind]()}</p>
      <Convolution app={app} phase={phase} />
      <div class="matrices results">{results_of(phase).map(table("results", phase.kind === "update"))}</div>
      {phase.kind === "update" && <Change trace={trace} />}
      <Turn app={app} part="cell" cells={3 * (report?.terms.length ?? 0)}>{() => report && <CellView app={app} report={report} known={known} />}</Turn>
      {operands.length > 0 && <><h3>{say("from")}</h3><div class="matrices operands">{operands.map(table("operands", false))}</div></>}
    </section>
  );
}

export function Phases({ app }: { app: App }) {
  const trace = app.state.trace!;
  const known = names_of(trace);
  return (
    <>
      <Turn app={app} part="list" cells={4 * trace.phases.length}>{() => <List app={app} trace={trace} known={known} />}</Turn>
      {trace.phases.length > 0 && <One app={app} trace={trace} known={known} />}
      {trace.failure && <p class="error" role="alert">{trace.failure}</p>}
    </>
  );
}
