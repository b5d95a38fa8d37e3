// The engine in a worker: the page stays awake while it computes.

import { type Engine, unpack } from "./engine.ts";
import type { Trace } from "./types.ts";

export type Call = { id: number; name: string; values: unknown[] };
export type Answer = { id: number; value?: unknown; error?: string };

// What is handed over, not copied: who reads a copy of a million numbers holds up the page.
function numbers_of(answer: unknown): ArrayBuffer[] {
  const tensors = (answer as Partial<Trace> | null | undefined)?.phases?.flatMap((phase) => phase.tensors) ?? [];
  return tensors.slice(0, 1).map((tensor) => tensor.values.buffer as ArrayBuffer);
}

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
  self.postMessage(answer, { transfer: numbers_of(answer.value) });
};
