// A restricted Boltzmann machine: what its hidden units look for, what it makes of an example, how it judges the examples,
// and what it draws when nobody shows it anything.

import type { App } from "../app.ts";
import type { Machine, Tensor } from "../types.ts";
import { largest_of, number_text, say } from "../words.ts";
import { AsTable } from "./as_table.tsx";
import { ExampleChoice, shown_column } from "./example.tsx";
import { Shades } from "./shade.tsx";

const most = 32, width = 420, height = 120, bins = 24;

// Square pictures where the visible units make one, else a strip.
function columns_of(machine: Machine): number {
  const pixels = machine.visible - machine.labels, side = Math.round(Math.sqrt(pixels));
  return side * side === pixels ? side : pixels;
}

function Pictures({ title, pictures, columns, largest, name }: { title: string; pictures: number[][]; columns: number; largest: number; name: (i: number) => string }) {
  return (
    <figure class="machine">
      <figcaption>{title}</figcaption>
      <ul class="atlas">{pictures.slice(0, most).map((picture, i) => (
        <li key={i}><span class={columns === picture.length ? "strip" : "square"}><Shades values={picture} columns={columns} largest={largest} /></span><span>{name(i)}</span></li>
      ))}</ul>
      <AsTable head={[say("picture"), ...(pictures[0] ?? []).map((_, p) => String(p + 1))]} rows={() => pictures.slice(0, most).map((picture, i) => [name(i), ...picture.map((value) => number_text(value))])} />
    </figure>
  );
}

function Energies({ energies, iteration }: { energies: number[]; iteration: number }) {
  const low = Math.min(...energies), top = Math.max(...energies), step = (top - low) / bins || 1;
  const counts = Array.from({ length: bins }, () => 0);
  for (const one of energies) ++counts[Math.min(bins - 1, Math.floor((one - low) / step))];
  const tallest = Math.max(...counts);
  const mean = energies.reduce((sum, one) => sum + one, 0) / energies.length;
  return (
    <figure class="curve">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={say("Free energies of {} examples: from {} to {}, the mean {}.", energies.length, number_text(low), number_text(top), number_text(mean))}>
        {counts.map((count, k) => <rect key={k} class="bar" x={(width * k) / bins + 1} width={width / bins - 2} y={(height - 18) * (1 - count / tallest)} height={((height - 18) * count) / tallest} />)}
        <text x={2} y={height - 4}>{number_text(low)}</text><text x={width - 2} y={height - 4} text-anchor="end">{number_text(top)}</text>
      </svg>
      <figcaption>{say("iteration {}", iteration)}: {say("Free energies of {} examples, the mean {}: lower means likelier to the machine.", energies.length, number_text(mean))}</figcaption>
      <AsTable head={[say("example"), say("free energy")]} rows={() => energies.map((energy, j) => [j + 1, number_text(energy)])} />
    </figure>
  );
}

// Column j of a matrix of examples.
const column = (tensor: Tensor, j: number, rows: number) => Array.from({ length: rows }, (_, i) => tensor.values[i * tensor.shape[1] + j]);

export function MachineView({ app }: { app: App }) {
  const { machine, trace } = app.state;
  if (!machine || !trace) return null; // its filters are the trace's, what takes longer says of which iteration it is
  const columns = columns_of(machine), pixels = machine.visible - machine.labels;
  const tensor = (name: string) => trace.phases.flatMap((phase) => phase.tensors).find((one) => one.name === name);
  const V0 = tensor("V0"), H0 = tensor("H0"), V1 = tensor("V1"), H1 = tensor("H1");
  const W = tensor("W"), filters = Array.from({ length: machine.hidden }, (_, i) => (W ? [...W.values.subarray(i * machine.visible, i * machine.visible + pixels)] : []));
  const shown = shown_column(app);
  const both = [V0, V1].flatMap((one) => (one ? [column(one, shown, pixels)] : []));
  const hidden = [H0, H1].flatMap((one) => (one ? [column(one, shown, machine.hidden)] : []));
  return (
    <>
      <Pictures title={say("Filters: the weights W of each hidden unit; orange above 0, blue below.")} pictures={filters} columns={columns}
        largest={largest_of(filters.flat())} name={(i) => `H[${i + 1}]`} />
      <Pictures title={say("Example {}: what the machine sees (V0), and what it makes of it (V1).", trace.examples[shown] + 1)} pictures={both} columns={columns}
        largest={Math.max(1e-9, ...both.flat().map(Math.abs))} name={(i) => ["V0", "V1"][i]} />
      <ExampleChoice app={app} />
      <Pictures title={say("Its hidden units, before and after: H0 and H1.")} pictures={hidden} columns={machine.hidden} largest={1} name={(i) => ["H0", "H1"][i]} />
      <Energies energies={machine.free_energies} iteration={machine.iteration} />
      <Pictures title={`${say("iteration {}", machine.iteration)}: ${say("Dreams: what chains of 200 Gibbs steps come to.")}`} pictures={machine.dreams[0].map((_, j) => machine.dreams.slice(0, pixels).map((row) => row[j]))}
        columns={columns} largest={Math.max(1e-9, ...machine.dreams.flat().map(Math.abs))} name={(i) => String(i + 1)} />
    </>
  );
}

/** Which machine is looked at, or the network behind them. */
export function MachineChoice({ app }: { app: App }) {
  const { machine, machines, task } = app.run!.about;
  if (machines === 0) return null;
  return (
    <label class="machine-choice">{say("what learns")} <select value={String(machine)} onChange={(e) => app.choose_machine(Number(e.currentTarget.value))}>
      {Array.from({ length: machines }, (_, i) => <option key={i} value={i + 1}>{say("machine {}", i + 1)}</option>)}
      {task !== "encode" && <option value={0}>{say("the network")}</option>}
    </select></label>
  );
}
