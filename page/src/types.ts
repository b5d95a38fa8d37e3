// What the engine answers: the JSON of page/session.h and of `gradus explain --json`.

export interface Tensor {
  name: string;
  shape: number[]; // two extents, or three of a series: channels, length, examples
  values: Float64Array; // row by row
  of_examples: boolean; // the last index is the example of the batch
}

export type PhaseKind = "forward" | "cost" | "backward" | "gradient" | "update";

export interface Phase {
  iteration: number;
  phase: number; // from 1
  title: string;
  formula: string;
  tensors: Tensor[]; // its results first, then what it reads that no phase has computed
  cost: number;
  kind: PhaseKind;
  layer: number;
  results: string[];
}

export interface Trace {
  iteration: number;
  epoch: number;
  cost: number;
  learning_rate: number;
  examples: number[]; // of the batch, from 0
  predicted_change: number;
  actual_change: number;
  failure: string;
  phases: Phase[];
}

/** How the numbers of each matrix lie: the least, the quartiles, the largest; and of each unit that can saturate the share of
 * examples for which it does. */
export interface Health {
  iteration: number;
  spreads: Record<string, number[]>; // by the matrix
  units: { unit: string; share: number }[];
}

export interface Factor {
  cell: string;
  value: number;
}

export interface CellReport {
  iteration: number;
  phase: number; // from 1
  cell: string;
  value: number;
  formula: string;
  terms: Factor[][];
  then: Factor | null;
  divisor: number;
  sources: Factor[];
}

export interface CheckedCell {
  cell: string;
  backward: number;
  central_difference: number;
  relative_error: number;
  kink: boolean;
}

export interface StepCheck {
  iteration: number;
  compared: number;
  agree: number;
  kinks: number;
  worst_relative_error: number | null;
  check: CheckedCell[];
}

export interface Layer {
  name: string; // of its output: "Z1"
  text: string; // as in --net
  shape: string; // of an example
  units: number;
}

export interface About {
  recipe: string; // behind `gradus train`, it trains the same model
  task: string;
  precision: string;
  exact: boolean; // every number has the bits of other machines
  inputs: string[];
  outputs: string[];
  classes: string[];
  examples: number;
  first: number; // the iteration that a branch begins with
  planned: number;
  notes: string[];
  untried: boolean; // `gradus train` would compare recipes first, of which this is one: --encode none
  options: Record<string, string>;
  layers: Layer[];
  machine: number; // of pre-training, from 1; 0: the network
  machines: number;
  scaling: { column: string; offset: number; divisor: number | null }[]; // null: every number becomes 0
}

export interface Opened {
  session: number;
  about: About;
}

export interface Place {
  updates: number;
  made: number; // iterations whose cost is known
  last: number; // -1 while nobody knows
  failure: string;
}

export interface Costs {
  iterations: number[];
  costs: number[];
  validation: [number, number][];
}

export interface Examples {
  X: number[][]; // a row for each input
  Y: number[][];
}

/** The cost over a plane through where a run stands: to the right against the gradient, upwards across it. */
export interface Slice {
  n: number;
  a: [number, number];
  b: [number, number];
  costs: (number | null)[]; // row after row, from the lowest
  gradient: number; // its length
  path: { iteration: number; a: number; b: number; distance: number }[];
}

export interface Machine {
  visible: number;
  hidden: number;
  visible_units: string;
  hidden_units: string;
  labels: number; // the last of the visible units
  free_energies: number[];
  dreams: number[][]; // a row for each visible unit
}

export interface Request {
  data: string;
  text?: string; // of a table
  options?: Record<string, string>;
}

export interface BranchRequest {
  options?: Record<string, string>;
  cell?: string;
  value?: number;
}

export interface Diagnosis {
  findings: { finding: string; weight: number; sentence: string; evidence: string; hint: string }[];
  verdict: string;
}

export interface Score {
  examples: number;
  accuracy?: number;
  r2?: number; // of a regression
}

export interface Finished {
  updates: number;
  kept: number; // behind the weights that are the model: those of the lowest validation cost
  training: Score;
  validation: Score | null;
  outputs: number[][]; // of the network: a row for each output
  columns: string; // and the answer to each row: the lines that `gradus predict` prints
  answers: string[];
}

export interface SeedOutcome {
  seed: number;
  solved: boolean;
  cost: number | null; // null where training failed
}

export interface SeedGroups {
  count: number;
  solved: number;
  groups: { cost: number | null; count: number; solved: boolean; reason: string; seeds: number[] }[];
}
