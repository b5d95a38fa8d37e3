// A part of the page that waits for its turn: while a large network runs, an iteration is drawn part by part, each in a
// frame of its own, so that no frame takes long.

import { useRef } from "preact/hooks";
import type { App } from "../app.ts";
import type { Part } from "../state.ts";

export function Turn({ app, part, children }: { app: App; part: Part; children: () => preact.ComponentChildren }) {
  const drawn = useRef<preact.ComponentChildren>(null);
  if (!drawn.current || !app.state.part || app.state.part === part) drawn.current = children();
  return <>{drawn.current}</>;
}
