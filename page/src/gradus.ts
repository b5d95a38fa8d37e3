// gradus.mjs: the engine with its WebAssembly inside, for who builds on it.

import packed from "engine-packed";
import { type Engine, unpack } from "./engine.ts";

export { Engine, EngineError } from "./engine.ts";
export type * from "./types.ts";

/** Loads the engine. */
export async function load(): Promise<Engine> {
  return unpack(packed);
}
