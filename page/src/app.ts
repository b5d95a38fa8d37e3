// What the page shows, and what can be done: one state, and the actions that change it.

import { type Address, read_words, write_address, write_words } from "./address.ts";
import type { AsyncEngine } from "./client.ts";
import { no_studies, request_of, type Studies, Student } from "./studies.ts";
import { choose_language, say } from "./words.ts";
import type { About, BranchRequest, CellReport, Costs, Examples, Machine, Opened, Place, Slice, StepCheck, Trace } from "./types.ts";

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
  error: string;
  runs: Run[];
  current: number; // among the runs
  trace: Trace | null;
  examples: Examples | null;
  grid: number[][] | null; // the outputs over the plane, of two inputs
  slicing: boolean;
  slice: Slice | null; // the cost around here
  machine: Machine | null; // that is being learned
  phase: number; // from 0
  report: CellReport | null;
  check: StepCheck | null;
  checking: boolean;
  running: boolean;
  stride: number; // iterations between two pictures
  below: number; // the cost at which it stops; 0: nowhere
  example: number; // whose numbers are marked, its column in the batch; -1: none
  all_digits: boolean;
  log_scale: boolean;
  help: boolean;
  studies: Studies;
}

export const screens = ["step", "data", "health", "seeds", "compare"] as const;
export type Screen = (typeof screens)[number];

export const grid_size = 56;

export class App {
  state: State = {
    lang: "en", screen: "step", words: "xor", error: "", runs: [], current: 0, trace: null, examples: null, grid: null, phase: 0,
    slicing: false, slice: null, machine: null, report: null, check: null, checking: false, running: false, stride: 1, below: 0, example: -1,
    all_digits: false, log_scale: false, help: false, studies: no_studies,
  };
  readonly student: Student;
  private readonly engine: AsyncEngine;
  private text: { name: string; text: string } | null = null; // of a table that was dropped
  private wanted: number | null = null; // the iteration to go to next
  private going = false;
  private piece = 100; // iterations that the engine makes in about 50 ms

  constructor(
    start_engine: () => AsyncEngine,
    private readonly changed: () => void,
  ) {
    this.engine = start_engine();
    this.student = new Student(start_engine, () => request_of(this.state.words, this.text),
      (studies) => this.set({ studies: { ...this.state.studies, ...studies } }));
  }

  get run(): Run | undefined {
    return this.state.runs[this.state.current];
  }

  set(patch: Partial<State>): void {
    Object.assign(this.state, patch);
    this.changed();
  }

  /** A run by its words; the page goes on showing the old one if that is refused. */
  async open(words: string, at: Partial<Address> = {}): Promise<void> {
    this.set({ running: false });
    try {
      const opened = await this.engine.open(request_of(words, this.text));
      this.student.stop();
      for (const run of this.state.runs) void this.engine.close(run.session);
      this.set({
        words, error: "", current: 0, trace: null, check: null, grid: null, slice: null, machine: null, report: null, example: -1, studies: no_studies,
        runs: [await this.new_run(opened, "")],
        examples: await this.engine.examples(opened.session, 2000),
      });
      await this.go_to(at.iteration ?? 0);
      this.show_phase((at.phase ?? 1) - 1);
      const update = this.state.trace?.phases[this.state.phase]?.kind === "update";
      if (at.cell) await this.show_cell(at.cell, update);
    } catch (error) {
      this.fail(error);
    }
  }

  /** All sentences from now on; a single run says its own again. */
  async speak(lang: string): Promise<void> {
    choose_language(lang);
    this.set({ lang, error: "" });
    await this.engine.speak(lang);
    this.student.speak(lang);
    const { phase, report, runs, words } = this.state;
    if (runs.length !== 1) return this.go_to(this.run?.place.updates ?? 0);
    await this.open(words, { iteration: this.run!.place.updates, phase: phase + 1, cell: report?.cell });
  }

  private async new_run({ session, about }: Opened, from: string): Promise<Run> {
    return { session, about, from, place: await this.engine.go_to(session, about.first, 0), costs: await this.engine.costs(session, 600) };
  }

  /** The iteration that follows so many updates. The last wish counts: a scrubber has many. */
  async go_to(iteration: number): Promise<void> {
    this.wanted = Math.max(0, Math.round(iteration));
    if (this.going) return;
    this.going = true;
    try {
      while (this.wanted !== null) {
        const goal: number = this.wanted;
        this.wanted = null;
        await this.make(goal, -1);
        if (this.wanted === null) await this.look();
      }
    } catch (error) {
      this.fail(error);
    } finally {
      this.going = false;
    }
  }

  // In pieces, so that the page can show how far it is, and go elsewhere.
  private async make(goal: number, below: number): Promise<void> {
    const run = this.run!;
    for (;;) {
      const before = run.place.updates, begin = performance.now();
      run.place = await this.engine.go_to(run.session, goal, this.piece, below);
      const { updates, made } = run.place;
      if (updates === goal || updates === before || this.wanted !== null) return;
      if (below >= 0 && made > updates) return; // it stopped at the cost
      const seconds = (performance.now() - begin) / 1000;
      this.piece = Math.max(1, Math.round(this.piece * Math.min(2, 0.05 / seconds)));
      this.changed();
    }
  }

  // Reads the numbers of where the run stands.
  private async look(): Promise<void> {
    const run = this.run!;
    const trace = await this.engine.trace(run.session);
    const { report } = this.state;
    run.costs = await this.engine.costs(run.session, 600);
    const seen = {
      trace,
      phase: Math.min(this.state.phase, trace.phases.length - 1),
      report: report ? await this.engine.cell(run.session, report.cell, report.phase - 1).catch(() => null) : null,
      check: this.state.checking ? await this.engine.check(run.session).catch(() => null) : null,
    };
    if (!this.state.running) this.set(seen); // who steps does not wait for the picture
    this.set({ ...seen, grid: await this.look_at_plane(run) });
    this.write_address();
    if (!this.state.running) await this.look_longer(run);
  }

  // What takes too long for each picture of a running one.
  private async look_longer(run: Run): Promise<void> {
    const places = 41;
    if (run.about.machine > 0) this.set({ machine: await this.engine.machine(run.session) });
    else if (this.state.slicing) this.set({ slice: await this.engine.slice(run.session, places).catch(() => null) });
  }

  async toggle_slice(): Promise<void> {
    const slicing = !this.state.slicing;
    this.set({ slicing, slice: null });
    if (slicing) await this.look_longer(this.run!);
  }

  /** Another machine of the pre-training, or the network behind them (0). */
  choose_machine(machine: number): Promise<void> {
    const { data, options } = read_words(this.state.words);
    return this.open(write_words(data, { ...options, "pretrain-layer": String(machine) }));
  }

  private async look_at_plane(run: Run): Promise<number[][] | null> {
    if (run.about.inputs.length !== 2 || run.about.machine > 0 || !this.state.examples) return null;
    const [[a, b], [c, d]] = plane(this.state.examples);
    return this.engine.grid(run.session, a, b, c, d, grid_size);
  }

  step(by: number): Promise<void> {
    return this.go_to((this.wanted ?? this.run!.place.updates) + by);
  }

  /** The next phase or the one before, across iterations. */
  async step_phase(by: number): Promise<void> {
    const { phase, trace } = this.state;
    if (!trace) return;
    const next = phase + by;
    if (next >= 0 && next < trace.phases.length) return this.show_phase(next);
    const here = this.run!.place.updates;
    if (by > 0 ? this.is_last() : here <= this.run!.about.first) return;
    this.state.phase = by > 0 ? 0 : trace.phases.length - 1;
    await this.step(by);
  }

  is_last(): boolean {
    const { place, about } = this.run!;
    return place.updates >= (place.last >= 0 ? place.last : about.planned - 1);
  }

  show_phase(phase: number): void {
    const most = (this.state.trace?.phases.length ?? 1) - 1;
    this.set({ phase: Math.min(Math.max(0, phase), most) });
    this.write_address();
  }

  /** Where a number comes from, and the phase that makes it; a parameter's number `after` the update, or before. */
  async show_cell(name: string, after = false): Promise<void> {
    if (!name) return this.close_cell();
    try {
      const report = await this.engine.cell(this.run!.session, name, this.phase_of(name, after));
      const made = after || this.state.trace!.phases[report.phase - 1].results.includes(matrix_of(name));
      this.set({ report, error: "", phase: made ? report.phase - 1 : this.state.phase });
      this.write_address();
    } catch (error) {
      this.fail(error);
    }
  }

  // The phase, from 0, that makes a matrix, or the first that reads it.
  private phase_of(name: string, after: boolean): number {
    const { phases } = this.state.trace!;
    const matrix = matrix_of(name);
    if (after) return phases.length - 1;
    const made = phases.findIndex((phase) => phase.kind !== "update" && phase.results.includes(matrix));
    return made >= 0 ? made : phases.findIndex((phase) => phase.kind !== "update" && phase.tensors.some((one) => one.name === matrix));
  }

  show_screen(screen: Screen): void {
    this.set({ screen });
    this.write_address();
  }

  close_cell(): void {
    this.set({ report: null });
    this.write_address();
  }

  async toggle_check(): Promise<void> {
    const checking = !this.state.checking;
    this.set({ checking, check: checking ? await this.engine.check(this.run!.session).catch(() => null) : null });
  }

  /** Goes on until the end, somebody stops it, or the cost is low enough. */
  async toggle_running(): Promise<void> {
    if (this.state.running || this.going) return this.set({ running: false });
    this.set({ running: true });
    this.going = true;
    try {
      while (this.state.running && !this.is_last()) {
        const { below, stride } = this.state;
        const goal: number = this.wanted ?? this.run!.place.updates + stride;
        this.wanted = null;
        await this.make(goal, below > 0 ? below : -1);
        await this.look();
        if (below > 0 && this.state.trace!.cost <= below) break;
        await new Promise(requestAnimationFrame);
      }
    } catch (error) {
      this.fail(error);
    } finally {
      this.going = false;
      this.set({ running: false });
    }
    await this.look_longer(this.run!);
  }

  /** Another run from here on; both are drawn. */
  async branch(request: BranchRequest): Promise<void> {
    const run = this.run!;
    try {
      const opened = await this.engine.branch(run.session, request);
      const changes = Object.entries(request.options ?? {}).map(([name, value]) => `${name} ${value}`);
      if (request.cell) changes.push(`${request.cell} = ${request.value}`);
      const made = await this.new_run(opened, `${changes.join(", ")} @ ${run.place.updates}`);
      this.set({ runs: [...this.state.runs, made], current: this.state.runs.length, error: "" });
      await this.look();
    } catch (error) {
      this.fail(error);
    }
  }

  async choose_run(current: number): Promise<void> {
    this.set({ running: false, current });
    await this.look();
  }

  /** A table from a file; its name stands for it in the words. */
  keep_table(table: { name: string; text: string }): void {
    this.text = table;
  }

  async open_table(name: string, text: string, options: Record<string, string> = {}): Promise<void> {
    this.keep_table({ name, text });
    await this.open(write_words(name, options));
  }

  /** A file that was dropped or chosen. */
  async take_file(file: File): Promise<void> {
    const most = 5e6;
    if (file.size > most) return this.fail(new Error(say("{}: {} MB, the page takes tables of at most 5 MB", file.name, (file.size / 1e6).toFixed(1))));
    await this.open_table(file.name, await file.text());
  }

  /** Another run at this iteration, or as near as it comes. */
  async trace_of(run: number, iteration: number): Promise<Trace> {
    const { session } = this.state.runs[run];
    this.state.runs[run].place = await this.engine.go_to(session, iteration);
    return this.engine.trace(session);
  }

  fail(error: unknown): void {
    this.set({ running: false, error: error instanceof Error ? error.message : String(error) });
  }

  private write_address(): void {
    const { data, options } = read_words(this.state.words);
    const address = write_address({
      data, options, iteration: this.run!.place.updates, phase: this.state.phase + 1,
      cell: this.state.report?.cell ?? "", screen: this.state.screen === "step" ? "" : this.state.screen, lang: this.state.lang,
    });
    history.replaceState(null, "", address);
  }
}

const matrix_of = (cell: string) => cell.replace(/\[.*/, "");

/** The part of the plane that is drawn: all examples, and a margin. */
export function plane(examples: Examples): [number, number][] {
  return examples.X.slice(0, 2).map((row) => {
    const low = Math.min(...row), high = Math.max(...row);
    const margin = 0.25 * (high - low || 1);
    return [low - margin, high + margin];
  });
}
