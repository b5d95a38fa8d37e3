// The page's side of the worker: the engine's functions, answered later.

import { type Engine, EngineError, with_numbers } from "./engine.ts";
import type { Trace } from "./types.ts";
import type { Answer } from "./worker.ts";

type Later<F> = F extends (...values: infer V) => infer R ? (...values: V) => Promise<R> : never;
export type AsyncEngine = { [K in keyof Engine]: Later<Engine[K]> };

/** A call, and what the engine answers: it was asked when the page was built. `as`: what an earlier one was answered. */
export type Known = { name: string; values: unknown[]; answer: unknown; as?: number };

/** Starts the worker from its source, and hands it the packed engine. As long as the first calls are the known ones,
 * nobody waits for their answers; the engine gives them all the same, and must say what is known. */
export function start_engine(source: string, packed: string, known: Known[] = []): AsyncEngine {
  for (const one of known) if (one.as !== undefined) one.answer = structuredClone(known[one.as].answer);
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(url);
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let last = 0;
  worker.onmessage = ({ data }: MessageEvent<Answer>) => {
    const caller = waiting.get(data.id)!;
    waiting.delete(data.id);
    if (data.error === undefined) caller.resolve(data.value);
    else caller.reject(new EngineError(data.error));
  };
  worker.onerror = (event) => {
    for (const caller of waiting.values()) caller.reject(new EngineError(event.message));
    waiting.clear();
  };
  worker.postMessage({ packed });
  const call = (name: string, values: unknown[]) =>
    new Promise((resolve, reject) => {
      waiting.set(++last, { resolve, reject });
      worker.postMessage({ id: last, name, values });
    });
  const begun = (name: string, values: unknown[]) => {
    const answered = call(name, values);
    const next = name === "speak" ? undefined : known.shift();
    if (!next) return answered;
    if (name === "trace") with_numbers(next.answer as Trace);
    const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
    if (next.name !== name || !same(next.values, values)) {
      known = [];
      return answered;
    }
    void answered.then((answer) => {
      if (!document.documentElement.dataset.answers) performance.mark("engine");
      document.documentElement.dataset.answers = "yes";
      if (!same(answer, next.answer)) throw new EngineError(`${name}: not what was known`);
    });
    return Promise.resolve(next.answer);
  };
  return new Proxy({} as AsyncEngine, {
    get: (_, name: string) => (...values: unknown[]) => begun(name, values),
  });
}
