// A table that somebody drops: its bytes, and what text they are.

import { EngineError } from "./engine.ts";
import { say } from "./words.ts";

export interface Table {
  name: string;
  bytes: Uint8Array;
}

const most = 5e6;

const too_large = (name: string, bytes: number) =>
  new EngineError(say("{}: {} MB, the page takes tables of at most 5 MB", name, (Math.ceil(bytes / 1e5) / 10).toFixed(1)));

// No more than is taken, however much a small file unpacks to.
async function unpacked(name: string, packed: Blob): Promise<Uint8Array> {
  const reader = packed.stream().pipeThrough(new DecompressionStream("gzip")).getReader(), parts: Uint8Array[] = [];
  for (let bytes = 0; ;) {
    const { done, value } = await reader.read();
    if (done) return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
    parts.push(value);
    if ((bytes += value.length) > most) throw too_large(name, bytes);
  }
}

/** Throws EngineError for what is too large, or cannot be read, as a folder. */
export async function read_file(file: File): Promise<Table> {
  const { name } = file;
  if (file.size > most) throw too_large(name, file.size);
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    return { name, bytes: bytes[0] === 0x1f && bytes[1] === 0x8b ? await unpacked(name, file) : bytes };
  } catch (error) {
    throw error instanceof EngineError ? error : new EngineError(say("{}: cannot be read, or is no file", name));
  }
}

export const table_of = (name: string, text: string): Table => ({ name, bytes: new TextEncoder().encode(text) });

/** In the encoding that somebody names, else UTF-8. Throws EngineError. */
export function text_of({ name, bytes }: Table, encoding = ""): string {
  const high = bytes[0] === 0xfe && bytes[1] === 0xff;
  if (!encoding && (high || (bytes[0] === 0xff && bytes[1] === 0xfe))) throw new EngineError(say("{}: begins as UTF-16 files do (hint: --encoding utf-16)", name));
  if (!encoding && bytes.subarray(0, 4096).includes(0)) throw new EngineError(say("{}: is no text, expected a table as text: CSV", name));
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(high && /^utf-?16$/i.test(encoding) ? "utf-16be" : encoding || "utf-8", { fatal: true });
  } catch {
    throw new EngineError(say("--encoding: \"{}\" is unknown, expected one such as latin1, utf-16 or gb18030", encoding));
  }
  try {
    return decoder.decode(bytes);
  } catch {
    throw new EngineError(encoding ? say("{}: is not {}", name, encoding) : say("{}: is not UTF-8 (hint: --encoding latin1, gb18030 or another)", name));
  }
}
