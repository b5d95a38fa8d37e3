// What a picture shows, as a table beside it.

import { useState } from "preact/hooks";
import { say } from "../words.ts";

type Entry = string | number | null | undefined;

/** The rows are made when somebody opens it; the first of each is what it is about. */
export function AsTable({ title = say("as a table"), head, rows }: { title?: string; head: string[]; rows: () => Entry[][] }) {
  const [open, see] = useState(false);
  return (
    <details class="as-table" onToggle={(e) => see(e.currentTarget.open)}>
      <summary>{title}</summary>
      {open && (
        <div class="scrolls tall" tabIndex={0} role="group" aria-label={title}>
          <table class="units">
            <thead><tr>{head.map((one) => <th key={one} scope="col">{one}</th>)}</tr></thead>
            <tbody>{rows().map(([first, ...others], i) => (
              <tr key={i}><th scope="row">{first}</th>{others.map((one, k) => <td key={k}>{one}</td>)}</tr>
            ))}</tbody>
          </table>
        </div>
      )}
    </details>
  );
}
