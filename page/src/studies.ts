// What takes longer than a step: other seeds, the doctor, a run's health over time. A worker of its own does it, so that
// one can go on stepping.

import { read_words } from "./address.ts";
import { sample_table } from "./samples.ts";
import type { AsyncEngine } from "./client.ts";
import type { Diagnosis, Finished, Opened, Request, SeedGroups, SeedOutcome, Tensor, Trace } from "./types.ts";

/** A seed, and what its network answers over the plane, coarsely; null without two inputs. */
export interface TriedSeed extends SeedOutcome {
  grid: number[][] | null;
}

/** How the numbers of a matrix lie at an iteration: the least, the quartiles, the largest. */
export interface Spread {
  iteration: number;
  quantiles: [number, number, number, number, number];
}

/** A unit of a layer that can saturate: the share of examples for which it is, over the iterations. */
export interface UnitHealth {
  unit: string;
  shares: { iteration: number; share: number }[];
}

export interface Studies {
  tried: TriedSeed[];
  groups: SeedGroups | null;
  diagnosis: Diagnosis | null;
  finished: Finished | null;
  spreads: Record<string, Spread[]>; // by the matrix
  units: UnitHealth[];
  busy: "" | "seeds" | "doctor" | "health" | "training";
}

export const no_studies: Studies = { tried: [], groups: null, diagnosis: null, finished: null, spreads: {}, units: [], busy: "" };

export const atlas_grid = 16;
const samples = 24, saturated = 0.99;

export function spread_of(iteration: number, values: number[]): Spread {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? NaN;
  return { iteration, quantiles: [at(0), at(0.25), at(0.5), at(0.75), at(1)] };
}

/** Bounded units only: the output of tanh or of a sigmoid, as its formula says. */
export function saturation_of(trace: Trace): { unit: string; share: number }[] {
  return trace.phases.filter((phase) => phase.kind === "forward" && /= (tanh|sigmoid)\(/.test(phase.formula)).flatMap((phase) => {
    const A: Tensor = phase.tensors[0];
    if (A.shape.length > 2) return [];
    const low = /tanh/.test(phase.formula) ? -1 : 0;
    const near = (value: number) => (value - low) / (1 - low) > (1 + saturated) / 2 || (value - low) / (1 - low) < (1 - saturated) / 2;
    const [rows, m] = A.shape;
    return Array.from({ length: rows }, (_, i) => {
      const row = A.values.slice(i * m, (i + 1) * m);
      return { unit: `${A.name}[${i + 1}]`, share: row.filter(near).length / m };
    });
  });
}

/** Does the studies of the words, one at a time; a new one ends the one before. */
export class Student {
  private engine: AsyncEngine | null = null;
  private turn = 0;

  constructor(
    private readonly start: () => AsyncEngine,
    private readonly request: () => Request,
    private readonly see: (studies: Partial<Studies>) => void,
  ) {}

  speak(lang: string): void {
    this.stop();
    this.see(no_studies);
    void this.engine?.speak(lang);
  }

  stop(): void {
    ++this.turn;
    this.see({ busy: "" });
  }

  private async study(busy: Studies["busy"], work: (engine: AsyncEngine, opened: Opened, goes_on: () => boolean) => Promise<void>): Promise<void> {
    const turn = ++this.turn;
    this.engine ??= this.start();
    this.see({ busy });
    try {
      const opened = await this.engine.open(this.request());
      await work(this.engine, opened, () => turn === this.turn);
      void this.engine.close(opened.session);
    } finally {
      if (turn === this.turn) this.see({ busy: "" });
    }
  }

  try_seeds(count: number): Promise<void> {
    return this.study("seeds", async (engine, { session, about }, goes_on) => {
      const tried: TriedSeed[] = [];
      for (let seed = 0; seed < count && goes_on(); ++seed) {
        const outcome = await engine.seed(session, seed);
        tried.push({ ...outcome, grid: await this.picture(engine, seed, about.options["data-seed"]) });
        this.see({ tried: [...tried], ...(seed % 10 === 9 && { groups: await engine.seed_groups(session) }) });
      }
    });
  }

  private async picture(engine: AsyncEngine, seed: number, data_seed: string): Promise<number[][] | null> {
    const request = this.request();
    const { session, about } = await engine.open({ ...request, options: { ...request.options, seed: String(seed), "data-seed": data_seed } });
    try {
      if (about.inputs.length !== 2) return null;
      await engine.go_to(session, about.planned - 1);
      const { X } = await engine.examples(session, 1000);
      const [a, b, c, d] = X.flatMap((row) => [Math.min(...row), Math.max(...row)]);
      return await engine.grid(session, a - 0.25 * (b - a), b + 0.25 * (b - a), c - 0.25 * (d - c), d + 0.25 * (d - c), atlas_grid);
    } finally {
      void engine.close(session);
    }
  }

  examine(): Promise<void> {
    return this.study("doctor", async (engine, { session }, goes_on) => {
      const diagnosis = await engine.doctor(session);
      if (goes_on()) this.see({ diagnosis });
    });
  }

  /** The whole training, and the answers of what comes of it. */
  finish(): Promise<void> {
    return this.study("training", async (engine, { session }, goes_on) => {
      const finished = await engine.finish(session);
      if (goes_on()) this.see({ finished });
    });
  }

  /** The spread of every matrix at some iterations from the first to `last`. */
  measure(last: number): Promise<void> {
    return this.study("health", async (engine, { session }, goes_on) => {
      const spreads: Studies["spreads"] = {};
      const units = new Map<string, UnitHealth>();
      for (let i = 0; i < samples && goes_on(); ++i) {
        await engine.go_to(session, Math.round((last * i) / (samples - 1)));
        const trace = await engine.trace(session);
        for (const phase of trace.phases.filter((one) => one.kind !== "cost"))
          for (const tensor of phase.kind === "update" ? phase.tensors : phase.tensors.slice(0, phase.results.length))
            (spreads[tensor.name] ??= []).push(spread_of(trace.iteration, tensor.values));
        for (const { unit, share } of saturation_of(trace)) {
          const health = units.get(unit) ?? units.set(unit, { unit, shares: [] }).get(unit)!;
          health.shares.push({ iteration: trace.iteration, share });
        }
        this.see({ spreads: { ...spreads }, units: [...units.values()] });
      }
    });
  }
}

/** The request of a page's words. */
export function request_of(words: string, table: { name: string; text: string } | null): Request {
  const { data, options } = read_words(words);
  return { data, options, ...(table?.name === data ? { text: table.text } : sample_table(data)) };
}
