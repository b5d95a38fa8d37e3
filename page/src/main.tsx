// The page begins: the engine in its worker, the run that the address names, the keys.

import { render } from "preact";
import { read_address, write_words } from "./address.ts";
import { App } from "./app.ts";
import { keep_focus } from "./focus.ts";
import { screens } from "./state.ts";
import { type Known, start_engine } from "./client.ts";
import { table_of } from "./table.ts";
import { Page } from "./view/page.tsx";
import { choose_language, language, say } from "./words.ts";

const text_of = (id: string) => document.getElementById(id)?.textContent ?? "";
const root = document.getElementById("root")!;

// What a browser does with a key where there is more than is seen.
const scrolls = (region: HTMLElement, key: string) =>
  /^Arrow/.test(key) ? region.scrollWidth > region.clientWidth : /^( |Home|End)$/.test(key) && region.scrollHeight > region.clientHeight;

function keys(app: App, event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)) return;
  if (event.key === " " && /^(BUTTON|SUMMARY)$/.test(target.tagName)) return;
  if (target.matches(".scrolls") && scrolls(target, event.key)) return;
  const moves: Record<string, () => unknown> = {
    ArrowRight: () => (event.shiftKey ? app.step(1) : app.step_phase(1)),
    ArrowLeft: () => (event.shiftKey ? app.step(-1) : app.step_phase(-1)),
    " ": () => app.toggle_running(),
    Home: () => app.go_to(app.run!.about.first),
    End: () => app.go_to(app.run!.about.planned - 1),
    ".": () => app.step_cell(1),
    ",": () => app.step_cell(-1),
  };
  const actions: Record<string, () => unknown> = {
    ...(/step|compare/.test(app.state.screen) && moves), // elsewhere they scroll
    g: () => app.toggle_check(),
    d: () => app.set({ all_digits: !app.state.all_digits }),
    l: () => app.set({ log_scale: !app.state.log_scale }),
    "?": () => app.set({ help: !app.state.help }),
    Escape: () => app.close_cell(),
  };
  if (!app.run || !actions[event.key]) return;
  event.preventDefault();
  void actions[event.key]();
}

// What `gradus page` has written into the page.
interface Opening {
  words: string;
  iteration: number;
  table?: { name: string; text: string };
}

async function open_first(app: App): Promise<void> {
  const written = text_of("opens").trim();
  const opening: Opening | null = written ? JSON.parse(written) : null;
  const address = read_address(location.hash);
  const asked = location.hash.length < 2 && opening;
  const words = asked ? opening.words : write_words(address.data, address.options), at = asked ? { iteration: opening.iteration } : address;
  return opening?.table ? app.open_table(table_of(opening.table.name, opening.table.text), words, at) : app.open(words, at);
}

const screen_of = (name: string) => screens.find((one) => one === name) ?? "step";

function begin(): void {
  const lang = read_address(location.hash).lang || (navigator.language.startsWith("zh") ? "zh" : "en");
  choose_language(lang);
  if (typeof WebAssembly === "undefined" || !("Exception" in WebAssembly)) {
    root.textContent = say("This browser is too old for the page: it needs WebAssembly with exceptions (2022 or later).");
    return;
  }
  let known: Known[] = JSON.parse(text_of("known")); // to the first of the engines
  const engine = () => {
    const started = start_engine(text_of("worker"), text_of("engine"), known);
    known = [];
    if (language() !== "en") void started.speak(language());
    return started;
  };
  let waiting = false;
  const app: App = new App(engine, () => {
    if (waiting) return;
    waiting = true;
    queueMicrotask(() => {
      waiting = false;
      try {
        render(<Page app={app} />, root);
      } catch (error) { // a mistake of the page: what can be drawn is drawn
        reportError(error);
        render(null, root);
        Object.assign(app.state, { screen: "step", report: null, error: String(error) });
        render(<Page app={app} />, root);
      }
    });
  });
  app.set({ lang: language(), screen: screen_of(read_address(location.hash).screen) });
  keep_focus(root);
  addEventListener("keydown", (event) => keys(app, event));
  addEventListener("hashchange", () => {
    const to = read_address(location.hash);
    app.set({ screen: screen_of(to.screen) });
    const spoken = to.lang && to.lang !== app.state.lang ? app.speak(to.lang) : Promise.resolve();
    void spoken.then(() => app.open(write_words(to.data, to.options), to));
  });
  void open_first(app).then(() => {
    document.documentElement.dataset.ready = "yes";
    performance.mark("drawn");
  });
}

begin();
