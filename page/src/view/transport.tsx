// To another iteration or phase: buttons, a scrubber, a number, running until something happens, a branch.

import { useEffect, useRef } from "preact/hooks";
import type { App } from "../app.ts";
import { say } from "../words.ts";

function Button({ label, text, keys, onClick, disabled }: { label: string; text: string; keys?: string; onClick: () => void; disabled?: boolean }) {
  return <button type="button" aria-label={label} title={keys ? `${label} (${keys})` : label} onClick={() => disabled || onClick()} aria-disabled={disabled}>{text}</button>;
}

function Until({ app }: { app: App }) {
  const { stride, below } = app.state;
  return (
    <span class="until">
      <label>{say("every")} <select value={String(stride)} onChange={(e) => app.set({ stride: Number(e.currentTarget.value) })}>
        {[1, 10, 100, 1000].map((n) => <option key={n} value={n}>{n}</option>)}
      </select></label>
      <label>{say("until cost")} <input type="number" min="0" step="any" size={6} value={below || ""} placeholder={say("end")}
        onChange={(e) => app.set({ below: Math.max(0, Number(e.currentTarget.value)) })} /></label>
    </span>
  );
}

const optimizers = ["gd", "momentum", "nesterov", "rmsprop", "adam", "adamw"];

// Its form lies above the numbers: it closes when somebody goes on elsewhere.
function Branch({ app }: { app: App }) {
  const { options } = app.run!.about;
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const leave = ({ target }: FocusEvent) => details.current!.contains(target as Node) || close();
    addEventListener("focusin", leave);
    return () => removeEventListener("focusin", leave);
  }, []);
  const close = () => { details.current!.open = false; };
  const escape = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !details.current!.open) return;
    event.stopPropagation();
    close();
    details.current!.querySelector("summary")!.focus();
  };
  const go = (event: Event) => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const said: Record<string, string> = {};
    for (const name of ["learning-rate", "optimizer", "batch"]) {
      const value = String(form.get(name) ?? "");
      if (value && value !== options[name]) said[name] = value;
    }
    close();
    details.current!.querySelector("summary")!.focus();
    void app.branch({ options: said });
  };
  return (
    <details class="branch" ref={details} onKeyDown={escape}>
      <summary>{say("branch")}</summary>
      <form onSubmit={go}>
        <p>{say("Another run from this iteration on; both courses are drawn.")}</p>
        <label>{say("learning rate")} <input name="learning-rate" type="number" step="any" min="0" defaultValue={options["learning-rate"]} /></label>
        <label>{say("optimizer")} <select name="optimizer">{optimizers.map((o) => <option key={o} value={o} selected={o === options.optimizer}>{o}</option>)}</select></label>
        <label>{say("batch")} <input name="batch" defaultValue={options.batch} size={5} /></label>
        <button type="submit">{say("branch")}</button>
      </form>
    </details>
  );
}

export function Transport({ app }: { app: App }) {
  const run = app.run!;
  const { place, about } = run;
  const end = place.last >= 0 ? place.last : about.planned - 1;
  const at = place.updates;
  const { phase, trace, running } = app.state;
  return (
    <nav class="transport" aria-label={say("to another iteration or phase")}>
      <div class="buttons">
        <Button label={say("first iteration")} text="⇤" keys="Home" onClick={() => app.go_to(about.first)} disabled={at <= about.first} />
        <Button label={say("iteration before")} text="«" keys="Shift+←" onClick={() => app.step(-1)} disabled={at <= about.first} />
        <Button label={say("phase before")} text="‹" keys="←" onClick={() => app.step_phase(-1)} />
        <Button label={running ? say("pause") : say("run")} text={running ? "❚❚" : "▶"} keys={say("Space")} onClick={() => app.toggle_running()} disabled={!running && at >= end} />
        <Button label={say("next phase")} text="›" keys="→" onClick={() => app.step_phase(1)} />
        <Button label={say("next iteration")} text="»" keys="Shift+→" onClick={() => app.step(1)} disabled={at >= end} />
        <Button label={say("last iteration")} text="⇥" keys="End" onClick={() => app.go_to(end)} disabled={at >= end} />
      </div>
      <label class="number-of">{say("iteration")} <input type="number" min={about.first} max={end} value={at}
        onChange={(e) => app.go_to(Number(e.currentTarget.value))} /> / {end}</label>
      <input class="scrubber" type="range" aria-label={say("iteration")} min={about.first} max={end} value={at}
        onInput={(e) => app.go_to(Number(e.currentTarget.value))} />
      <span class="where" aria-live="off">{trace && say("phase {} of {}", phase + 1, trace.phases.length)}</span>
      <Until app={app} />
      <Branch app={app} />
    </nav>
  );
}
