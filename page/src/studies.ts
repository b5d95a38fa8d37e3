// What takes longer than a step: other seeds, the doctor, a run's health over time. A worker of its own does it, so that
// one can go on stepping.

import { read_words } from "./address.ts";
import { EngineError } from "./engine.ts";
import { sample_table } from "./samples.ts";
import { type Table, text_of } from "./table.ts";
import type { AsyncEngine } from "./client.ts";
import type { Diagnosis, Finished, Health, Opened, Request, SeedGroups, SeedOutcome } from "./types.ts";
import { say } from "./words.ts";

/** A seed, and what its network answers over the plane, coarsely; null without two inputs. */
export interface TriedSeed extends SeedOutcome {
  grid: number[][] | null;
}

/** How the numbers of a matrix lie at an iteration: the least, the quartiles, the largest. */
export interface Spread {
  iteration: number;
  quantiles: number[];
}

/** A unit of a layer that can saturate: for which share of the examples at the end, and when first for one of them and for
 * half. */
export interface UnitHealth {
  unit: string;
  share: number;
  first: (number | null)[]; // null: never
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
const samples = 24, most_units = 64;

/** Does the studies of the words, one at a time; a new one ends the one before. */
export class Student {
  private engine: AsyncEngine | null = null;
  private turn = 0;

  constructor(
    private readonly start: () => AsyncEngine,
    private readonly request: () => Request,
    private readonly see: (studies: Partial<Studies>) => void,
    private readonly fail: (error: unknown) => void,
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
    } catch (error) {
      if (turn === this.turn) this.fail(error);
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

  /** The spread of every matrix at some iterations from the first to `last`, and when units saturate. */
  measure(last: number): Promise<void> {
    return this.study("health", async (engine, { session }, goes_on) => {
      const seen: Health[] = [], look = async (iteration: number) => {
        await engine.go_to(session, iteration);
        return engine.health(session);
      };
      for (let i = 0; i < samples && goes_on(); ++i) {
        seen.push(await look(Math.round((last * i) / (samples - 1))));
        const spreads: Studies["spreads"] = {};
        for (const name of Object.keys(seen[0].spreads)) spreads[name] = seen.flatMap((one) => (one.spreads[name] ? { iteration: one.iteration, quantiles: one.spreads[name] } : [])); // a run may fail
        this.see({ spreads });
      }
      const units: UnitHealth[] = [];
      for (const [place, { unit, share }] of (seen.at(-1)?.units ?? []).slice(0, most_units).entries()) {
        const first: UnitHealth["first"] = [];
        for (const least of [1e-9, 0.5]) first.push(await this.first_iteration(seen, look, (one) => (one.units[place]?.share ?? 0) >= least, goes_on));
        if (!goes_on()) return;
        units.push({ unit, share, first });
        this.see({ units: [...units] });
      }
    });
  }

  // Between the iterations that were looked at by halves.
  private async first_iteration(seen: Health[], look: (iteration: number) => Promise<Health>, holds: (one: Health) => boolean, goes_on: () => boolean): Promise<number | null> {
    const place = seen.findIndex(holds);
    if (place <= 0) return seen[place]?.iteration ?? null;
    let before = seen[place - 1].iteration, after = seen[place].iteration;
    while (after - before > 1 && goes_on()) {
      const middle = Math.floor((before + after) / 2);
      if (holds(await look(middle))) after = middle;
      else before = middle;
    }
    return after;
  }
}

/** The request of a page's words, about this table if they name it. */
export function request_of(words: string, table: Table | null): Request {
  const { data, options, left } = read_words(words);
  if (left.length > 0) throw new EngineError(say("{}: unexpected argument", left[0]));
  return { data, options, ...(table?.name === data ? { text: text_of(table, options.encoding) } : sample_table(data)) };
}
