// A part of the page that waits for its turn: while a large network runs, an iteration is drawn part by part, as many in a
// frame as do not take long.

import { useRef } from "preact/hooks";
import type { App } from "../app.ts";

export function Turn({ app, part, cells, children }: { app: App; part: string; cells: number; children: () => preact.ComponentChildren }) {
  const drawn = useRef<preact.ComponentChildren>(null);
  app.parts.set(part, cells);
  if (!drawn.current || !app.state.part || app.state.part.has(part)) drawn.current = children();
  return <>{drawn.current}</>;
}
