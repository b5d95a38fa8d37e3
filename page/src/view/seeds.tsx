// The atlas of seeds: how the same problem ends with other first weights, in groups, each with its reason.

import { useEffect, useRef } from "preact/hooks";
import type { App } from "../app.ts";
import { with_option } from "../address.ts";
import { atlas_grid, type TriedSeed } from "../studies.ts";
import type { SeedGroups } from "../types.ts";
import { number_text, say } from "../words.ts";
import { AsTable } from "./as_table.tsx";
import { colour_at } from "./plane.tsx";

const counts = [20, 100];

function Picture({ grid }: { grid: number[][] }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current!.getContext("2d")!;
    const image = context.createImageData(atlas_grid, atlas_grid);
    for (let row = 0; row < atlas_grid; ++row)
      for (let column = 0; column < atlas_grid; ++column)
        image.data.set(colour_at(grid, row * atlas_grid + column, 0.5, 1), 4 * ((atlas_grid - 1 - row) * atlas_grid + column));
    context.putImageData(image, 0, 0);
  }, [grid]);
  return <canvas ref={canvas} width={atlas_grid} height={atlas_grid} aria-hidden="true" />;
}

function Seed({ app, one }: { app: App; one: TriedSeed }) {
  const open = () => {
    app.show_screen("step");
    void app.open(with_option(app.state.words, "seed", String(one.seed)), { iteration: Number.MAX_SAFE_INTEGER });
  };
  const end = one.solved ? say("solves it") : say("ends at cost {}", number_text(one.cost));
  return (
    <li>
      <button type="button" class={`seed ${one.solved ? "solved" : ""}`} aria-label={`${say("seed {}", one.seed)}: ${end}`} title={`${say("seed {}", one.seed)}: ${end}`} onClick={open}>
        {one.grid && <Picture grid={one.grid} />}
        <span>{one.seed} {one.solved ? "✓" : ""}</span>
      </button>
    </li>
  );
}

function Group({ app, group, tried }: { app: App; group: SeedGroups["groups"][number]; tried: TriedSeed[] }) {
  return (
    <section class="group">
      <h3>{group.solved ? "✓ " : ""}{group.cost === null ? say("training fails") : group.count === 1 ? say("1 seed at cost {}", number_text(group.cost)) : say("{} seeds near cost {}", group.count, number_text(group.cost))}</h3>
      <p>{group.reason}</p>
      <ul class="atlas">{tried.filter((one) => group.seeds.includes(one.seed)).map((one) => <Seed key={one.seed} app={app} one={one} />)}</ul>
    </section>
  );
}

export function SeedsScreen({ app }: { app: App }) {
  const { tried, groups, busy } = app.state.studies;
  const grouped = new Set(groups?.groups.flatMap((group) => group.seeds) ?? []);
  const waiting = tried.filter((one) => !grouped.has(one.seed));
  return (
    <section class="screen" aria-labelledby="seeds-title">
      <h2 id="seeds-title">{say("Other first weights: how do they end?")}</h2>
      <p class="buttons">
        {counts.map((count) => <button key={count} type="button" aria-disabled={busy === "seeds"} onClick={() => busy === "seeds" || app.student.try_seeds(count)}>{say("try {} seeds", count)}</button>)}
        {busy === "seeds" && <button type="button" onClick={() => app.student.stop()}>{say("stop")}</button>}
      </p>
      {groups && <p role="status">{say("{} of {} seeds solve it.", groups.solved, groups.count)}</p>}
      {groups?.groups.map((group) => <Group key={group.reason} app={app} group={group} tried={tried} />)}
      {waiting.length > 0 && <ul class="atlas">{waiting.map((one) => <Seed key={one.seed} app={app} one={one} />)}</ul>}
      {tried.length > 0 && <AsTable head={[say("seed"), say("cost"), say("solves it")]} rows={() => tried.map((one) => [one.seed, number_text(one.cost), one.solved ? "✓" : ""])} />}
      {tried.length > 0 && <p class="note">{say("Click a seed to step through its run.")} {tried.some((one) => one.grid) && say("Each picture: the answer over the plane of both inputs, orange above, blue below.")}</p>}
    </section>
  );
}
