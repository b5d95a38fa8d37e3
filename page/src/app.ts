// What can be done: the actions that change the one state of the page.

import { type Address, AddressBar, read_words, with_option, write_address, write_words } from "./address.ts";
import { example_of, next_cell, phase_of, place_of } from "./cells.ts";
import type { AsyncEngine } from "./client.ts";
import { beginning, grid_size, in_turns, is_large, plane, type Run, type Screen, type State } from "./state.ts";
import { no_studies, request_of, Student } from "./studies.ts";
import { read_file, type Table } from "./table.ts";
import { choose_language } from "./words.ts";
import type { BranchRequest, Opened, StepCheck, Trace } from "./types.ts";

export class App {
  readonly state: State = { ...beginning };
  readonly student: Student;
  readonly parts = new Map<string, number>(); // what is drawn by turns, and how many cells it has
  private readonly engine: AsyncEngine;
  private table: Table | null = null; // that the run is about
  private dropped: Table | null = null; // the last one, which may be refused
  private wanted: number | null = null; // the iteration to go to next
  private heading: number | null = null; // the one on the way to
  private moving: Promise<void> | null = null;
  private opening = 0; // how often somebody has; the last one counts
  private leaving = 0; // of these, those that are not there yet
  private readonly bar = new AddressBar();
  private ahead: Run[] = []; // whose course is to be drawn to the end
  private looking: Promise<void> | null = null; // ahead; stops for those who
  private asked = 0; // so many of them
  private checks_fast = true;
  private piece = 100; // iterations that the engine makes in about 50 ms

  constructor(
    start_engine: () => AsyncEngine,
    private readonly changed: () => void,
  ) {
    this.engine = start_engine();
    this.student = new Student(start_engine, () => request_of(this.state.words, this.table),
      (studies) => this.set({ studies: { ...this.state.studies, ...studies } }), (error) => this.fail(error));
  }

  get run(): Run | undefined {
    return this.state.runs[this.state.current];
  }

  set(patch: Partial<State>): void {
    if (patch.part === null) this.parts.clear();
    Object.assign(this.state, patch);
    this.changed();
  }

  /** A run by its words, about this table if they name it; the page goes on showing the old one if that is refused. */
  async open(words: string, at: Partial<Address> = {}, table = this.table): Promise<void> {
    const turn = ++this.opening;
    ++this.leaving;
    this.wanted = null;
    this.set({ running: false, tried: words });
    try {
      await this.moving;
      const opened = await this.engine.open(request_of(words, table));
      if (opened.about.untried) words = with_option(words, "encode", "none");
      const run = await this.new_run(opened, ""), examples = await this.engine.examples(run.session, 2000), trace = await this.engine.trace(run.session);
      if (turn !== this.opening) return void this.engine.close(opened.session); // somebody has opened another meanwhile
      this.student.stop();
      for (const one of this.state.runs) void this.engine.close(one.session);
      this.ahead = [];
      this.table = table;
      this.set({
        words, tried: words, error: "", current: 0, check: null, grid: null, slice: null, machine: null, report: null, example: -1, chosen: -1, studies: no_studies,
        runs: [run], examples, trace, phase: 0,
      });
    } catch (error) {
      return void (turn === this.opening && this.fail(error));
    } finally {
      --this.leaving;
    }
    await this.go_to(at.iteration ?? 0);
    if (turn !== this.opening) return;
    this.show_phase((at.phase ?? 1) - 1);
    const update = this.state.trace?.phases[this.state.phase]?.kind === "update";
    if (at.cell) await this.show_cell(at.cell, update);
  }

  /** Words that somebody typed, perhaps about the table that was dropped last. */
  open_words(words: string): Promise<void> {
    return this.open(words, {}, this.dropped?.name === read_words(words).data ? this.dropped : this.table);
  }

  /** All sentences from now on; a single run says its own again. */
  async speak(lang: string): Promise<void> {
    choose_language(lang);
    this.set({ lang, error: "" });
    const turn = this.opening;
    await this.engine.speak(lang);
    this.student.speak(lang);
    if (turn !== this.opening) return;
    const { phase, report, runs, words } = this.state;
    if (runs.length !== 1) return this.run && this.go_to(this.run.place.updates);
    await this.open(words, { iteration: this.run!.place.updates, phase: phase + 1, cell: report?.cell });
  }

  private async new_run({ session, about }: Opened, from: string): Promise<Run> {
    return { session, about, from, place: await this.engine.go_to(session, about.first, 0), costs: await this.engine.costs(session, 600) };
  }

  /** The iteration that follows so many updates. The last wish counts: a scrubber has many. */
  async go_to(iteration: number): Promise<void> {
    if (this.leaving > 0 || !Number.isFinite(iteration)) return;
    this.wanted = Math.max(0, Math.round(iteration));
    this.state.error = "";
    if (!this.moving) await this.move(() => this.go());
  }

  // One thing at a time moves the runs; while there is nothing else to do, they look ahead.
  private async move(work: () => Promise<void>): Promise<void> {
    const moving = this.moving = work().then(() => (this.looking = this.look_ahead())).catch((error) => this.fail(error));
    await moving;
    this.moving = this.looking = null;
    if (this.wanted !== null && this.leaving === 0) await this.go_to(this.wanted); // wished while it ended
  }

  private async go(): Promise<void> {
    while (this.wanted !== null) {
      const goal: number = this.wanted;
      this.wanted = null;
      this.heading = goal;
      await this.make(goal, -1);
      this.heading = null;
      if (this.wanted === null && this.leaving === 0) await this.look();
    }
  }

  // Until nothing moves; whoever looks ahead stops for this.
  private async rest(): Promise<void> {
    ++this.asked;
    while (this.moving) await this.moving;
    --this.asked;
  }

  // In pieces, so that the page can show how far it is, and go elsewhere.
  private async make(goal: number, below: number, run = this.run!): Promise<void> {
    for (;;) {
      const before = run.place.updates, begin = performance.now();
      run.place = await this.engine.go_to(run.session, goal, this.piece, below);
      const { updates, made } = run.place;
      if (updates === goal || updates === before || this.wanted !== null || this.leaving > 0) return;
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
      trace, phase: Math.min(this.state.phase, trace.phases.length - 1),
      report: report ? await this.engine.cell(run.session, report.cell, report.phase - 1).catch(() => null) : null,
      check: this.state.checking && this.checks_fast ? await this.check(run) : null,
    };
    if (this.state.running && is_large(trace)) return this.draw_in_parts(run, seen);
    if (!this.state.running) this.set({ ...seen, part: null }); // who steps does not wait for the picture
    this.set({ ...seen, part: null, grid: await this.look_at_plane(run) });
    this.write_address();
    if (!this.state.running) await this.look_longer(run);
  }

  private async draw_in_parts(run: Run, seen: Partial<State>): Promise<void> {
    seen.grid = await this.look_at_plane(run);
    if (this.parts.size === 0) return this.set({ ...seen, part: null });
    for (const part of in_turns([...this.parts])) {
      this.set({ ...seen, part });
      await new Promise(requestAnimationFrame);
    }
  }

  // What takes too long for each picture of a running one.
  private async look_longer(run: Run): Promise<void> {
    const places = 41, iteration = run.place.updates;
    if (run.about.machine > 0) this.set({ machine: { ...await this.engine.machine(run.session), iteration } });
    else if (this.state.slicing) {
      const slice = await this.engine.slice(run.session, places).catch(() => null);
      this.set({ slice: slice && { ...slice, iteration } });
    }
    if (!this.state.checking || this.state.check) return;
    const check = await this.check(run);
    if (run === this.run && check?.iteration === this.state.trace!.iteration) this.set({ check });
  }

  private async check(run: Run): Promise<StepCheck | null> {
    const begin = performance.now(), fast = 50;
    const check = await this.engine.check(run.session).catch(() => null);
    this.checks_fast = performance.now() - begin < fast;
    return check;
  }

  async toggle_slice(): Promise<void> {
    const slicing = !this.state.slicing;
    this.set({ slicing, slice: null });
    if (slicing) await this.look_longer(this.run!);
  }

  /** Another machine of the pre-training, or the network behind them (0). */
  choose_machine(machine: number): Promise<void> {
    return this.open(with_option(this.state.words, "pretrain-layer", String(machine)));
  }

  private async look_at_plane(run: Run): Promise<number[][] | null> {
    if (run.about.inputs.length !== 2 || run.about.machine > 0 || !this.state.examples) return null;
    const [[a, b], [c, d]] = plane(this.state.examples);
    return this.engine.grid(run.session, a, b, c, d, grid_size);
  }

  step(by: number): Promise<void> {
    return this.go_to((this.wanted ?? this.heading ?? this.run!.place.updates) + by);
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

  /** To the next number that is computed, or the one before, across phases. */
  async step_cell(by: number): Promise<void> {
    const show = (cell: string) => {
      const { phase, trace, report } = this.state, one = trace!.phases[phase];
      const next = next_cell(one, report && report.phase === phase + 1 ? cell : "", by);
      return next ? this.show_cell(next, one.kind === "update") : null;
    };
    if (!this.state.trace || await show(this.state.report?.cell ?? "") !== null) return;
    const { phase, trace } = this.state;
    await this.step_phase(by);
    if (phase !== this.state.phase || trace !== this.state.trace) void show("");
  }

  is_last(): boolean {
    const { place, about } = this.run!;
    return place.updates >= (place.last >= 0 ? place.last : about.planned - 1);
  }

  show_phase(phase: number): void {
    const most = (this.state.trace?.phases.length ?? 1) - 1;
    this.set({ phase: Math.min(Math.max(0, phase), most), part: null });
    this.write_address();
  }

  /** Where a number comes from, and the phase that makes it; a parameter's number `after` the update, or before. */
  async show_cell(name: string, after = false): Promise<void> {
    if (!name) return this.close_cell();
    try {
      const report = await this.engine.cell(this.run!.session, name, phase_of(this.state.trace!, name, after));
      const made = after || this.state.trace!.phases[report.phase - 1].results.includes(place_of(name).matrix);
      this.set({ ...example_of(this.state.trace!, name), report, error: "", phase: made ? report.phase - 1 : this.state.phase });
      this.write_address();
    } catch (error) {
      this.fail(error);
    }
  }

  show_screen(screen: Screen): void {
    this.set({ screen, error: "" });
    this.write_address();
  }

  /** A column of the batch is marked everywhere while somebody points at it; -1: the one that was chosen. */
  point_at(column: number): void {
    const example = column < 0 ? this.state.chosen : column;
    if (example !== this.state.example) this.set({ example });
  }

  close_cell(): void {
    this.set({ report: null });
    this.write_address();
  }

  async toggle_check(): Promise<void> {
    const checking = !this.state.checking;
    this.set({ checking, check: null });
    if (checking && !this.state.running) await this.look_longer(this.run!);
  }

  /** Goes on until the end, somebody stops it, or the cost is low enough. */
  async toggle_running(): Promise<void> {
    if (this.state.running || (this.moving && !this.looking)) return this.set({ running: false });
    if (this.moving) await this.rest();
    if (this.state.running) return this.set({ running: false });
    this.set({ running: true });
    await this.move(() => this.run_on());
    this.set({ running: false, part: null });
    this.write_address();
    if (this.leaving === 0) await this.look_longer(this.run!);
  }

  private async run_on(): Promise<void> {
    while (this.state.running && !this.is_last()) {
      const { below, stride } = this.state;
      const goal: number = this.wanted ?? this.run!.place.updates + stride;
      this.wanted = null;
      await this.make(goal, below > 0 ? below : -1);
      if (this.leaving > 0) return;
      await this.look();
      if (below > 0 && this.state.trace!.cost <= below) return;
      await new Promise(requestAnimationFrame);
    }
  }

  /** Another run from here on; both are drawn. */
  async branch(request: BranchRequest): Promise<void> {
    this.set({ running: false });
    await this.rest();
    const run = this.run!;
    try {
      const opened = await this.engine.branch(run.session, request);
      const changes = Object.entries(request.options ?? {}).map(([name, value]) => `${name} ${value}`);
      if (request.cell) changes.push(`${request.cell} = ${request.value}`);
      const made = await this.new_run(opened, `${changes.join(", ")} @ ${run.place.updates}`);
      await this.rest(); // a step that was made meanwhile
      await this.move(async () => {
        this.set({ runs: [...this.state.runs, made], current: this.state.runs.length, error: "" });
        await this.look();
        this.ahead.push(made, run);
      });
    } catch (error) {
      this.fail(error);
    }
  }

  // How do they go on? To the end, or as far as they come in a while; whoever steps meanwhile comes first.
  private async look_ahead(): Promise<void> {
    const a_while = 2000, goes_on = () => this.wanted === null && this.leaving === 0 && this.asked === 0;
    while (this.ahead.length > 0 && goes_on()) {
      const run = this.ahead[0], { updates } = run.place, begin = performance.now();
      for (let made = -1, { place } = run; made !== place.made && goes_on() && performance.now() - begin < a_while;) {
        made = place.made;
        place = await this.engine.go_to(run.session, run.about.planned - 1, this.piece);
      }
      if (goes_on()) this.ahead.shift();
      run.place = await this.engine.go_to(run.session, updates);
      run.costs = await this.engine.costs(run.session, 600);
      this.changed();
    }
  }

  async choose_run(current: number): Promise<void> {
    this.set({ running: false });
    await this.rest();
    this.set({ current });
    await this.move(() => this.look());
  }

  /** A table, by the name that stands for it in the words. */
  async open_table(table: Table, words: string, at: Partial<Address> = {}): Promise<void> {
    this.dropped = table;
    await this.open(words, at, table);
  }

  /** A file that was dropped or chosen. */
  async take_file(file: File): Promise<void> {
    try {
      const table = await read_file(file);
      await this.open_table(table, write_words(table.name, {}));
    } catch (error) {
      this.fail(error);
    }
  }

  /** Another run at this iteration, or as near as it comes. */
  async trace_of(run: number, iteration: number): Promise<Trace> {
    const one = this.state.runs[run];
    ++this.asked; // nobody looks ahead meanwhile
    try {
      await this.looking;
      one.place = await this.engine.go_to(one.session, iteration);
      return await this.engine.trace(one.session);
    } finally {
      if (--this.asked === 0 && !this.moving) void this.move(async () => {});
    }
  }

  fail(error: unknown): void {
    this.set({ running: false, error: error instanceof Error ? error.message : String(error) });
  }

  private write_address(): void {
    if (this.state.running) return;
    this.bar.write(() => {
      const { words, screen, phase, report, lang } = this.state, iteration = this.run!.place.updates;
      return write_address({ ...read_words(words), iteration, phase: phase + 1, cell: report?.cell ?? "", screen: screen === "step" ? "" : screen, lang });
    });
  }
}
