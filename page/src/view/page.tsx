// The whole page.

import { useEffect, useState } from "preact/hooks";
import type { App } from "../app.ts";
import type { Screen } from "../state.ts";
import { say } from "../words.ts";
import { CompareScreen } from "./compare.tsx";
import { CostCurve } from "./curve.tsx";
import { DataScreen } from "./data.tsx";
import { HealthScreen } from "./health.tsx";
import { MachineChoice, MachineView } from "./machine.tsx";
import { NetworkPicture } from "./network.tsx";
import { Phases } from "./phases.tsx";
import { HiddenSpace, Plane } from "./plane.tsx";
import { SeedsScreen } from "./seeds.tsx";
import { SliceView } from "./slice.tsx";
import { Transport } from "./transport.tsx";
import { Turn } from "./turn.tsx";

const built_in = ["xor", "and", "or", "circles", "moons", "spirals", "gauss", "sine"];

function Header({ app }: { app: App }) {
  const [words, type] = useState(app.state.tried);
  useEffect(() => type(app.state.tried), [app.state.tried]);
  const open = (event: Event) => {
    event.preventDefault();
    void app.open_words(words);
  };
  return (
    <header>
      <h1>Gradus</h1>
      <form onSubmit={open}>
        <label for="words"><code>gradus train</code></label>
        <input id="words" list="built-in" value={words} spellcheck={false} onInput={(e) => type(e.currentTarget.value)} />
        <datalist id="built-in">{built_in.map((name) => <option key={name} value={name} />)}</datalist>
        <button type="submit">{say("open")}</button>
      </form>
      <span class="switches">
        <button type="button" aria-pressed={app.state.checking} title="g" onClick={() => app.toggle_check()}>{say("check gradients")}</button>
        <button type="button" aria-pressed={app.state.all_digits} title="d" onClick={() => app.set({ all_digits: !app.state.all_digits })}>{say("all digits")}</button>
        <button type="button" lang={app.state.lang === "zh" ? "en" : "zh-CN"} onClick={() => app.speak(app.state.lang === "zh" ? "en" : "zh")}>{app.state.lang === "zh" ? "English" : "中文"}</button>
        <button type="button" aria-expanded={app.state.help} title="?" onClick={() => app.set({ help: !app.state.help })}>?</button>
      </span>
    </header>
  );
}

function Help() {
  const keys: [string, string][] = [
    ["→ ←", say("next phase, phase before")], ["Shift+→ Shift+←", say("next iteration, iteration before")],
    [". ,", say("next number, number before")], [say("Space"), say("run, pause")], ["Home End", say("first, last iteration")], ["g", say("central differences beside the gradients")],
    ["d", say("all digits")], ["l", say("cost on a logarithmic scale")], ["Esc", say("close the cell")], ["?", say("this help")],
  ];
  return (
    <section class="help" aria-label={say("keys")}>
      <dl>{keys.map(([key, what]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{what}</dd></div>)}</dl>
      <p>{say("Click a number to see its products; click one of their factors to go on, back to the data.")}</p>
    </section>
  );
}

function Summary({ app }: { app: App }) {
  const { about } = app.run!;
  const { trace, check } = app.state;
  return (
    <div class="summary">
      <p>
        <b>{say("iteration {}", trace!.iteration)}</b> · {say("cost {}", trace!.cost.toFixed(6))} · {say("{} of {} examples", trace!.examples.length, about.examples)} · {say("learning rate {}", Number(trace!.learning_rate.toPrecision(6)))}
        {check && <> · {say("{} of {} gradients agree", check.agree, check.compared)}{check.worst_relative_error !== null && ` (${say("worst relative error {}", check.worst_relative_error.toExponential(1))})`}</>}
      </p>
      <p class="exact">{about.exact ? say("Every digit is the terminal's: gradus explain {} --iteration {}", app.state.words, trace!.iteration)
        : say("Layers of more than 1000 parameters round differently here in double: from the same weights, phases agree with the terminal's to 12 digits.")}</p>
      {about.untried && <p class="note">{say("Before it begins, gradus train tries --encode ple and waves (--net \"pbld, 128 relu, dropout 0.15\") on such a table; here it is --encode none, until you write something else above.")}</p>}
      {about.notes.map((note) => <p key={note} class="note">{note}</p>)}
    </div>
  );
}

function drop(app: App, event: DragEvent): void {
  event.preventDefault();
  const file = event.dataTransfer?.files[0];
  if (file) void app.take_file(file);
}

function Step({ app }: { app: App }) {
  return (
    <>
      <MachineChoice app={app} />
      <Summary app={app} />
      <div class="columns">
        <div class="pictures">
          <Turn app={app} part="network" cells={100}>{() => (app.run!.about.machine > 0 ? <MachineView app={app} /> : <NetworkPicture app={app} />)}</Turn>
          <Turn app={app} part="curve" cells={50}>{() => <CostCurve app={app} />}</Turn>
          <div class="planes"><Turn app={app} part="planes" cells={50}>{() => <><Plane app={app} /><HiddenSpace app={app} /><SliceView app={app} /></>}</Turn></div>
        </div>
        <div class="numbers"><Phases app={app} /></div>
      </div>
    </>
  );
}

function Screens({ app }: { app: App }) {
  const names: [Screen, string][] = [["step", say("Step")], ["data", say("Data")], ["health", say("Health")], ["seeds", say("Seeds")], ["compare", say("Compare")]];
  return (
    <nav class="screens" aria-label={say("screens")}>
      {names.map(([screen, name]) => (
        <button key={screen} type="button" aria-current={app.state.screen === screen ? "page" : undefined} onClick={() => app.show_screen(screen)}>{name}</button>
      ))}
    </nav>
  );
}

export function Page({ app }: { app: App }) {
  const ready = app.run && app.state.trace;
  return (
    <div class="page" onDragOver={(e) => e.preventDefault()} onDrop={(e) => drop(app, e)}>
      <Header app={app} />
      {app.state.help && <Help />}
      {app.state.error && <p class="error" role="alert">{app.state.error}</p>}
      {ready && (
        <main>
          <Screens app={app} />
          {app.state.screen === "health" && <HealthScreen app={app} />}
          {app.state.screen === "data" && <DataScreen app={app} />}
          {app.state.screen === "compare" && <CompareScreen app={app} />}
          {app.state.screen === "seeds" && <SeedsScreen app={app} />}
          {app.state.screen === "step" && <Step app={app} />}
        </main>
      )}
      {ready && (app.state.screen === "step" || app.state.screen === "compare") && <Transport app={app} />}
    </div>
  );
}
