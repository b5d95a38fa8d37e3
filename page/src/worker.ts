// The engine in a worker: the page stays awake while it computes.

import { type Engine, unpack } from "./engine.ts";

export type Call = { id: number; name: string; values: unknown[] };
export type Answer = { id: number; value?: unknown; error?: string };

let engine: Promise<Engine> | null = null;

self.onmessage = async ({ data }: MessageEvent<Call | { packed: string }>) => {
  if ("packed" in data) {
    engine = unpack(data.packed);
    return;
  }
  const answer: Answer = { id: data.id };
  try {
    const methods = (await engine!) as unknown as Record<string, (...values: unknown[]) => unknown>;
    answer.value = methods[data.name](...data.values);
  } catch (error) {
    answer.error = error instanceof Error ? error.message : String(error);
  }
  self.postMessage(answer);
};
