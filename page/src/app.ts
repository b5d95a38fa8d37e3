// What the page shows, and what can be done: one state, and the actions that change it.

import { type Address, read_words, write_address, write_words } from "./address.ts";
import type { AsyncEngine } from "./client.ts";
import { no_studies, request_of, type Studies, Student } from "./studies.ts";
import type { About, BranchRequest, CellReport, Costs, Examples, Opened, Place, StepCheck, Trace } from "./types.ts";

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

export type Screen = "step" | "health" | "seeds";

export const grid_size = 56;

export class App {
  state: State = {
    lang: "en", screen: "step", words: "xor", error: "", runs: [], current: 0, trace: null, examples: null, grid: null, phase: 0,
    report: null, check: null, checking: false, running: false, stride: 1, below: 0, example: -1,
    all_digits: false, log_scale: false, help: false, studies: no_studies,
  };
  readonly student: Student;
  private text: { name: string; text: string } | null = null; // of a table that was dropped
  private wanted: number | null = null; // the iteration to go to next
  private going = false;

  constructor(
    private readonly engine: AsyncEngine,
    another_engine: () => AsyncEngine,
    private readonly changed: () => void,
  ) {
    this.student = new Student(another_engine, () => request_of(this.state.words, this.text),
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
        words, error: "", current: 0, trace: null, check: null, grid: null, report: null, example: -1, studies: no_studies,
        runs: [await this.new_run(opened, "")],
        examples: await this.engine.examples(opened.session, 2000),
      });
      await this.go_to(at.iteration ?? 0);
      this.show_phase((at.phase ?? 1) - 1);
      if (at.cell) await this.show_cell(at.cell);
    } catch (error) {
      this.fail(error);
    }
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
    const piece = 2000;
    for (let before = -1; before < run.place.updates || before === -1;) {
      before = run.place.updates;
      run.place = await this.engine.go_to(run.session, goal, piece, below);
      if (run.place.updates >= goal || run.place.updates <= before || this.wanted !== null) break;
      if (below >= 0 && run.place.made > run.place.updates) break; // it stopped at the cost
      this.changed();
    }
  }

  // Reads the numbers of where the run stands.
  private async look(): Promise<void> {
    const run = this.run!;
    const trace = await this.engine.trace(run.session);
    const cell = this.state.report?.cell;
    run.costs = await this.engine.costs(run.session, 600);
    this.set({
      trace,
      phase: Math.min(this.state.phase, trace.phases.length - 1),
      report: cell ? await this.engine.cell(run.session, cell).catch(() => null) : null,
      check: this.state.checking ? await this.engine.check(run.session).catch(() => null) : null,
      grid: await this.look_at_plane(run),
    });
    this.write_address();
  }

  private async look_at_plane(run: Run): Promise<number[][] | null> {
    if (run.about.inputs.length !== 2 || !this.state.examples) return null;
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

  /** Where a number comes from, and the phase that makes it. */
  async show_cell(name: string): Promise<void> {
    if (!name) return this.close_cell();
    try {
      const report = await this.engine.cell(this.run!.session, name);
      const made = this.state.trace!.phases[report.phase - 1]?.results.includes(name.replace(/\[.*/, ""));
      this.set({ report, error: "", phase: made ? report.phase - 1 : this.state.phase });
      this.write_address();
    } catch (error) {
      this.fail(error);
    }
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

  async open_table(name: string, text: string): Promise<void> {
    this.keep_table({ name, text });
    await this.open(write_words(name, {}));
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

/** The part of the plane that is drawn: all examples, and a margin. */
export function plane(examples: Examples): [number, number][] {
  return examples.X.slice(0, 2).map((row) => {
    const low = Math.min(...row), high = Math.max(...row);
    const margin = 0.25 * (high - low || 1);
    return [low - margin, high + margin];
  });
}
