// Which example the pictures show: a column of the batch, and its number among all examples.

import type { App } from "../app.ts";
import type { Trace } from "../types.ts";
import { say } from "../words.ts";

export const shown_column = (app: App) => Math.min(Math.max(0, app.state.example), app.state.trace!.examples.length - 1);

export function example_text({ examples }: Trace, column: number): string {
  return examples[column] === column ? say("example {}", column + 1) : say("column {} of the batch, example {}", column + 1, examples[column] + 1);
}

/** The one that all pictures show, and tables mark, until somebody chooses another. */
export function ExampleChoice({ app }: { app: App }) {
  const most = app.state.trace!.examples.length;
  const choose = (text: string) => {
    const chosen = Math.min(most, Math.max(1, Math.round(Number(text)) || 1)) - 1;
    app.set({ chosen, example: chosen });
  };
  return most > 1 && (
    <label class="example-choice">{say("column of the batch")} <input type="number" min={1} max={most} value={shown_column(app) + 1} onChange={(e) => choose(e.currentTarget.value)} /></label>
  );
}
