// The engine as a module: page/engine.cpp in typed functions. It needs no page; node runs it as well.
//
//     import { load } from "./gradus.mjs";
//     const engine = await load();
//     const { session, about } = engine.open({ data: "xor", options: { seed: "2" } });
//     engine.go_to(session, 137);
//     console.log(engine.trace(session).phases[6].formula); // dW2 = dZ2 * A1' / m; ...

import create_module from "engine-module";
import { health_of } from "./health.ts";
import { unlzma } from "./lzma.ts";
import type {
  BranchRequest, CellReport, Costs, Diagnosis, Examples, Finished, Health, Machine, Opened, Place, Request, SeedGroups, SeedOutcome, Slice, StepCheck, Trace,
} from "./types.ts";

interface Module {
  UTF8ToString(pointer: number): string;
  stringToUTF8(text: string, pointer: number, size: number): void;
  lengthBytesUTF8(text: string): number;
  _malloc(size: number): number;
  _free(pointer: number): void;
  [exported: `_gradus_${string}`]: (...values: number[]) => number;
}

/** The matrices of an answer as numbers of the machine, in one piece, which a worker hands over without a copy; JSON's null
 * is a NaN. */
export function with_numbers(trace: Trace): Trace {
  const tensors = trace.phases.flatMap((phase) => phase.tensors);
  const all = new Float64Array(tensors.reduce((sum, tensor) => sum + tensor.values.length, 0));
  let begin = 0;
  for (const tensor of tensors) {
    const values = all.subarray(begin, (begin += tensor.values.length));
    values.set(Array.from(tensor.values, (value: number | null) => value ?? NaN));
    tensor.values = values;
  }
  return trace;
}

/** A sentence of the engine about bad input. */
export class EngineError extends Error {}

export class Engine {
  constructor(private readonly module: Module, private readonly chinese = "") {}

  /** Its sentences from now on: "en" or "zh". What a run has said before stays. */
  speak(lang: string): void {
    this.call("speak", lang === "zh" ? this.chinese : "");
  }

  /** A run, before its first update. */
  open(request: Request): Opened {
    return this.call("open", JSON.stringify(request)) as Opened;
  }
  /** Another run from where this one stands. */
  branch(session: number, request: BranchRequest): Opened {
    return this.call("branch", session, JSON.stringify(request)) as Opened;
  }
  close(session: number): void {
    this.call("close", session);
  }
  /** Goes towards the state after so many updates, with at most `most` that were never made before, and stops
   * on the way forwards at the first iteration whose cost is at most `below`. */
  go_to(session: number, updates: number, most = Number.MAX_SAFE_INTEGER, below = -1): Place {
    return this.call("go_to", session, updates, most, below) as Place;
  }
  /** Every number of the iteration that follows. */
  trace(session: number): Trace {
    const trace = this.call("trace", session) as Trace & { phases: { of_examples: boolean[] }[] };
    for (const { tensors, of_examples } of trace.phases) tensors.forEach((tensor, i) => { tensor.of_examples = of_examples[i]; });
    return with_numbers(trace);
  }
  health(session: number): Health {
    return health_of(this.trace(session));
  }
  /** A phase of it, from 0, in the very letters of `gradus explain --json`. */
  phase_text(session: number, phase: number): string {
    const text = this.call_text("phase", session, phase);
    if (text.startsWith('{"error":')) throw new EngineError(JSON.parse(text).error);
    return text;
  }
  /** Where a number comes from; without a phase (from 0), in the one that makes it. */
  cell(session: number, name: string, phase = -1): CellReport {
    return this.call("cell", session, name, phase) as CellReport;
  }
  /** Central differences beside the gradients. */
  check(session: number): StepCheck {
    return this.call("check", session) as StepCheck;
  }
  costs(session: number, most: number): Costs {
    return this.call("costs", session, most) as Costs;
  }
  examples(session: number, most: number): Examples {
    return this.call("examples", session, most) as Examples;
  }
  /** The outputs at n x n places of two inputs: a list for each output. */
  grid(session: number, low_1: number, high_1: number, low_2: number, high_2: number, n: number): number[][] {
    return this.call("grid", session, low_1, high_1, low_2, high_2, n) as number[][];
  }

  /** The cost around where the run stands, n x n places. */
  slice(session: number, n: number): Slice {
    return this.call("slice", session, n) as Slice;
  }
  /** Of a run of a machine: its weights, how it judges the examples, what it draws by itself. */
  machine(session: number): Machine {
    return this.call("machine", session) as Machine;
  }
  /** Why does it not learn? Trains, and trains again with what might help. */
  doctor(session: number): Diagnosis {
    return this.call("doctor", session) as Diagnosis;
  }
  /** What `gradus train` makes of the problem, and what `gradus predict` then says to its rows. */
  finish(session: number): Finished {
    return this.call("finish", session) as Finished;
  }
  /** The same problem with another seed, to its end. */
  seed(session: number, seed: number): SeedOutcome {
    return this.call("seed", session, seed) as SeedOutcome;
  }
  /** The seeds that were tried, grouped by how and why they end. */
  seed_groups(session: number): SeedGroups {
    return this.call("seed_groups", session) as SeedGroups;
  }

  private call(name: string, ...values: (number | string)[]): unknown {
    const answer = JSON.parse(this.call_text(name, ...values));
    if (answer !== null && typeof answer === "object" && "error" in answer) throw new EngineError(answer.error);
    return answer;
  }

  // Texts go through the heap: on the stack a large table would not fit.
  private call_text(name: string, ...values: (number | string)[]): string {
    const pointers: number[] = [];
    const given = values.map((value) => {
      if (typeof value === "number") return value;
      const size = this.module.lengthBytesUTF8(value) + 1;
      const pointer = this.module._malloc(size);
      this.module.stringToUTF8(value, pointer, size);
      pointers.push(pointer);
      return pointer;
    });
    try {
      return this.module.UTF8ToString(this.module[`_gradus_${name}`](...given));
    } finally {
      pointers.forEach((pointer) => this.module._free(pointer));
    }
  }
}

/** What page/build.mjs packs: LZMA in base64, of the WebAssembly's bytes and of the engine's words in Chinese. */
interface Packed {
  packed: string;
  wasm: number; // bytes
  words: number; // behind them
}

/** The engine from the text that the module and the page have within. */
export async function unpack(text: string): Promise<Engine> {
  const { packed, wasm, words }: Packed = JSON.parse(text);
  const letters = atob(packed), bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; ++i) bytes[i] = letters.charCodeAt(i); // ten times as fast as Uint8Array.from
  const all = unlzma(bytes, wasm + words);
  return load(all.subarray(0, wasm), new TextDecoder().decode(all.subarray(wasm)));
}

/** The engine from the bytes of its WebAssembly. */
export async function load(wasmBinary: Uint8Array, chinese = ""): Promise<Engine> {
  return new Engine(await create_module({ wasmBinary }), chinese);
}
