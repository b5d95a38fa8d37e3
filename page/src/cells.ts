// The names of numbers: "W1[2,1]" is a place in a matrix.

import type { Phase, Trace } from "./types.ts";

export interface Place { matrix: string; indices: number[] }

/** Indices from 0. */
export function place_of(cell: string): Place {
  const [, matrix = "", inner = ""] = /^(\w+)(?:\[([\d,]+)\])?$/.exec(cell) ?? [];
  return { matrix, indices: inner.split(",").map((text) => Number(text) - 1) };
}

/** That of the k-th number, row by row. */
export function cell_name(name: string, shape: number[], k: number): string {
  const indices: number[] = [];
  for (const extent of [...shape].reverse()) {
    indices.unshift((k % extent) + 1);
    k = Math.floor(k / extent);
  }
  return `${name}[${indices.join(",")}]`;
}

/** What a phase makes: of an update all parameters. */
export const made_by = ({ kind, tensors, results }: Phase) => (kind === "update" ? tensors : tensors.slice(0, results.length));

/** Of the numbers that a phase makes, the one that follows `cell` (by 1) or stands before it (by -1); the first or the last
 * if it does not make that; empty behind the last. */
export function next_cell(phase: Phase, cell: string, by: number): string {
  const { matrix, indices } = place_of(cell);
  let here = by > 0 ? -1 : 0, count = 0;
  for (const { name, shape, values } of made_by(phase)) {
    if (name === matrix) here = count + indices.reduce((k, index, i) => k * shape[i] + index, 0);
    count += values.length;
  }
  if (by < 0 && !made_by(phase).some((one) => one.name === matrix)) here = count;
  let k = here + by;
  for (const { name, shape, values } of made_by(phase)) {
    if (k >= 0 && k < values.length) return cell_name(name, shape, k);
    k -= values.length;
  }
  return "";
}

/** The phase, from 0, that makes the matrix of a cell, or the first that reads it; `after`: the update. */
export function phase_of({ phases }: Trace, cell: string, after: boolean): number {
  const { matrix } = place_of(cell);
  if (after) return phases.length - 1;
  const made = phases.findIndex((phase) => phase.kind !== "update" && phase.results.includes(matrix));
  return made >= 0 ? made : phases.findIndex((phase) => phase.kind !== "update" && phase.tensors.some((one) => one.name === matrix));
}

/** A cell of a series belongs to an example, a column of the batch, which tables and pictures then show. */
export function example_of({ phases }: Trace, cell: string): { example: number; chosen: number } | null {
  const { matrix, indices } = place_of(cell);
  const series = phases.flatMap(({ tensors }) => tensors).some(({ name, of_examples, shape }) => name === matrix && of_examples && shape.length === 3);
  return series ? { example: indices[2], chosen: indices[2] } : null;
}
