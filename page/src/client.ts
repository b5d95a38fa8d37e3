// The page's side of the worker: the engine's functions, answered later.

import { type Engine, EngineError } from "./engine.ts";
import type { Answer } from "./worker.ts";

type Later<F> = F extends (...values: infer V) => infer R ? (...values: V) => Promise<R> : never;
export type AsyncEngine = { [K in keyof Engine]: Later<Engine[K]> };

/** Starts the worker from its source, and hands it the packed engine. */
export function start_engine(source: string, packed: string): AsyncEngine {
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
  return new Proxy({} as AsyncEngine, {
    get: (_, name: string) => (...values: unknown[]) => call(name, values),
  });
}
