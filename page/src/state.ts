// The state of the page: what it shows.

import { no_studies, type Studies } from "./studies.ts";
import type { About, CellReport, Costs, Examples, Machine, Place, Slice, StepCheck, Tensor, Trace } from "./types.ts";

/** A run that is looked at; the first, and those that branched off. */
export interface Run {
  session: number;
  about: About;
  place: Place;
  costs: Costs;
  from: string; // what makes it differ: "learning-rate 1 from iteration 100"
}

export interface State {
  lang: string;
  screen: Screen;
  words: string; // behind `gradus train`
  tried: string; // those that somebody wants instead, and that may be refused
  error: string;
  runs: Run[];
  current: number; // among the runs
  trace: Trace | null;
  examples: Examples | null;
  grid: number[][] | null; // the outputs over the plane, of two inputs
  slicing: boolean;
  slice: (Slice & { iteration: number }) | null; // the cost around where the run stood
  machine: (Machine & { iteration: number }) | null; // that is being learned
  phase: number; // from 0
  report: CellReport | null;
  check: StepCheck | null;
  checking: boolean;
  running: boolean;
  part: Set<string> | null; // what is drawn anew; null: all
  stride: number; // iterations between two pictures
  below: number; // the cost at which it stops; 0: nowhere
  example: number; // whose numbers are marked, its column in the batch; -1: none
  chosen: number; // the one that is marked while nobody points at another
  all_digits: boolean;
  log_scale: boolean;
  help: boolean;
  studies: Studies;
}

export const screens = ["step", "data", "health", "seeds", "compare"] as const;
export type Screen = (typeof screens)[number];

/** So much is drawn of the plane, and of a table. */
export const grid_size = 56, most_rows = 12, most_columns = 12;
const cells = (rows: number, columns: number) => Math.min(rows, most_rows) * Math.min(columns, most_columns);

/** Of a tensor of parameters so many matrices are drawn. */
export function slices_of_parameters([first, rows, columns]: number[]): number {
  const most = 4, most_cells = 100;
  return Math.min(first, most, Math.max(1, Math.floor(most_cells / cells(rows, columns))));
}

export function cells_of({ shape, of_examples }: Tensor): number {
  return shape.length < 3 || of_examples ? cells(shape[0], shape[1]) : slices_of_parameters(shape) * cells(shape[1], shape[2]);
}

export const beginning: State = {
  lang: "en", screen: "step", words: "xor", tried: "xor", error: "", runs: [], current: 0, trace: null, examples: null, grid: null, phase: 0,
  slicing: false, slice: null, machine: null, report: null, check: null, checking: false, running: false, part: null, stride: 1, below: 0, example: -1, chosen: -1,
  all_digits: false, log_scale: false, help: false, studies: no_studies,
};

/** Has a phase more numbers than are drawn within a frame? */
export function is_large(trace: Trace): boolean {
  const most = 200;
  return trace.phases.some((phase) => phase.tensors.reduce((sum, tensor) => sum + cells_of(tensor), 0) > most);
}

/** Parts, each with its cells, that are drawn together: at most so many cells, but one part at least. */
export function* in_turns(parts: [string, number][], most = 100): Generator<Set<string>> {
  while (parts.length > 0) {
    let count = 0;
    for (let cells = 0; count < parts.length && (count === 0 || cells + parts[count][1] <= most); ++count) cells += parts[count][1];
    yield new Set(parts.splice(0, count).map(([part]) => part));
  }
}

/** The part of the plane that is drawn: all examples, and a margin. */
export function plane(examples: Examples): [number, number][] {
  return examples.X.slice(0, 2).map((row) => {
    const low = Math.min(...row), high = Math.max(...row);
    const margin = 0.25 * (high - low || 1);
    return [low - margin, high + margin];
  });
}
