// Keyboard alone: on each screen every control is reached by Tab, seen, operated by keys, and keeps the focus on the page.

import { screens } from "./screens.mjs";

// What is on a screen that stands in no address.
const more = {
  edit: ["#data=xor&iteration=5&cell=W1[1,1]"],
  help: ["#data=xor&iteration=3&phase=10", (page) => page.keyboard.press("?")],
  branch: ["#data=xor&iteration=3", async (page) => {
    await page.locator(".branch summary").focus();
    for (const key of ["Enter", "Escape", "Enter", "Tab"]) await page.keyboard.press(key); // Escape closes it
    await page.waitForSelector('.branch input[name="learning-rate"]:focus');
  }],
  answers: ["#data=circles&net=4%20tanh&epochs=20&screen=data", async (page) => {
    await page.getByRole("button", { name: "train to the end" }).focus();
    await page.keyboard.press("Enter");
    await page.waitForSelector(".answers a[download]");
  }],
  own_points: ["#data=waves.csv&screen=data&net=4%20tanh", async (page) => {
    for (const key of ["", "ArrowRight"]) {
      await page.locator(".points input[type=radio]").nth(key ? 1 : 0).focus();
      await page.keyboard.press(key || "Space");
      await page.locator('.points input[name="x1"]').focus();
      await page.keyboard.press("Enter");
    }
  }],
  none_to_compare: ["#data=and&screen=compare"],
  doctor: ["#data=xor&seed=0&screen=health", async (page) => {
    await page.getByRole("button", { name: "ask the doctor" }).focus();
    await page.keyboard.press("Enter");
    await page.waitForSelector(".findings");
  }],
  network_behind: [screens.machine[0].replace("&iteration=399&phase=2", "&pretrain-layer=0&iteration=7&cell=dW1[2,3]")],
};

// What the mouse can do where no control is, and which control does the same. A picture shows by a line, a mark or a table what
// it shows under the mouse.
const instead = {
  "page dragover": ".screens button", "page drop": ".screens button", // the screen Data has a button for a file
  "curve svg click": ".scrubber, .transport input[type=number]",
  "points svg click": '.points input[name="x1"]',
  "network line mouseenter": ".network summary", "network svg mouseleave": ".network summary",
  "plane svg mousemove": ".example-choice input", "plane svg mouseleave": ".example-choice input",
  "matrix th mouseenter": ".tensor button", "matrix table mouseleave": ".tensor button",
};

// Within the page: everything that Tab should reach, which elements listen to the mouse, and what one has the focus.
function helpers() {
  const able = 'a[href], button, input, select, summary, textarea, [tabindex]';
  const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0;
  const described = (one) => `${one.tagName.toLowerCase()}${one.name ? `[${one.name}]` : ""} ${one.getAttribute("aria-label") ?? one.innerText?.slice(0, 30) ?? ""}`.replace(/\s+/g, " ").trim();
  window.keyboard = {
    all() {
      return [...document.querySelectorAll(able)].filter((one) => seen(one) && one.tabIndex >= 0 && !one.disabled).filter((one) => one.type !== "radio" || one.checked);
    },
    // A cell stands for its table.
    kind(one) {
      const place = one.closest("[class]:not(button, input, select, summary, a, .symbol, .buttons, .link)");
      return [place.closest(".phase, .pictures, .screen, header, nav, .help, .transport")?.className ?? "", place.className.replace(/marked|outlined|chosen|group/g, ""), one.tagName, one.type ?? "", one.name ?? "",
        one.closest(".tensor, .phases, .atlas, .terms, .units") ? "" : (one.getAttribute("aria-label") ?? (one.innerText || one.id)).replace(/\d+/g, "")].join("|");
    },
    mark() {
      this.all().forEach((one, i) => { one.dataset.tab = i; });
      return this.all().map((one) => ({ kind: this.kind(one), name: described(one) }));
    },
    here() {
      const one = document.activeElement;
      if (one === document.body || !one) return null;
      const box = one.getBoundingClientRect(), style = getComputedStyle(one);
      const x = Math.min(innerWidth - 1, Math.max(0, box.left + box.width / 2)), y = box.top + Math.min(box.height, 30) / 2;
      const above = document.elementFromPoint(x, y);
      return { tab: Number(one.dataset.tab ?? -1), name: described(one), outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        covered: !above || !(one.contains(above) || above.contains(one) || above.closest("label")?.contains(one)) };
    },
    // The mouse reacts there, and no control is there.
    silent() {
      return [...window.listening].filter(([one]) => one.isConnected && seen(one) && !one.closest("a[href], button, input, select, summary, label, form"))
        .flatMap(([one, types]) => [...types].map((type) => `${one.closest(".page > main [class], .page")?.closest("figure, fieldset, .page")?.className.split(" ")[0]} ${one.tagName === "DIV" ? "" : `${one.tagName.toLowerCase()} `}${type}`));
    },
    text: () => document.querySelector("#root").innerHTML + location.hash + [...document.querySelectorAll("input, select")].map((one) => one.value + one.checked).join("|"),
  };
  window.listening = new Map();
  const add = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (type, ...others) {
    const name = type.toLowerCase();
    if (this instanceof Element && /^(click|mouse|pointer|dbl|drag|drop)/.test(name)) window.listening.set(this, (window.listening.get(this) ?? new Set()).add(name));
    return add.call(this, type, ...others);
  };
}

async function walk(page, check, name) {
  const all = await page.evaluate(() => window.keyboard.mark());
  await page.evaluate(() => { // to the beginning
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
  });
  const reached = [], unseen = [], covered = [];
  for (let i = 0; i < all.length + 20; ++i) {
    await page.keyboard.press("Tab");
    const here = await page.evaluate(() => window.keyboard.here());
    if (!here) { if (reached.length > 0) break; continue; }
    if (reached.length > 0 && here.tab === reached[0]) break;
    reached.push(here.tab);
    if (!here.outline) unseen.push(here.name);
    if (here.covered) covered.push(here.name);
  }
  const gone = await page.evaluate(() => [...document.querySelectorAll("[data-tab]")].filter((one) => !one.checkVisibility()).map((one) => Number(one.dataset.tab)));
  const missing = all.filter((_, i) => !reached.includes(i) && !gone.includes(i)).map((one) => one.name);
  check(`Tab reaches every control and goes round (${name})`, missing.length === 0 && reached.length === new Set(reached).size, `${reached.length} of ${all.length} ${missing.slice(0, 5).join("; ")}`);
  check(`the focus is seen at each (${name})`, unseen.length === 0 && covered.length === 0, [...unseen, ...covered.map((one) => `covered: ${one}`)].slice(0, 5).join("; "));
  const back = [];
  for (let i = 0; i < 4 && back.length < 2; ++i) {
    await page.keyboard.press("Shift+Tab");
    const here = await page.evaluate(() => window.keyboard.here());
    if (here) back.push(here.tab);
  }
  check(`and Shift+Tab goes back (${name})`, reached.indexOf(back[1]) === reached.indexOf(back[0]) - 1, `${back}`);
  const silent = [...new Set(await page.evaluate(() => window.keyboard.silent()))], alone = [];
  for (const one of silent) if (!instead[one] || (await page.locator(instead[one]).count()) === 0) alone.push(one);
  check(`what the mouse does a control does as well (${name})`, alone.length === 0, alone.join("; "));
  return all;
}

const keys_of = (tag, type) => {
  if (tag === "SELECT") return ["ArrowDown", "ArrowUp"];
  if (type === "range") return ["ArrowRight", "ArrowLeft"];
  if (type === "radio") return ["ArrowRight"];
  if (type === "number") return ["ArrowUp", "ArrowDown"];
  return ["Enter"];
};

// By keys only: something happens, and somebody has the focus afterwards.
async function operate(page, place, one) {
  await page.evaluate((tab) => document.querySelector(`[data-tab="${tab}"]`).focus(), place);
  const { tag, type, download, off, region } = await page.evaluate(() => {
    const one = document.activeElement;
    return { tag: one.tagName, type: one.type, download: one.hasAttribute("download"), off: one.getAttribute("aria-disabled") === "true" || one.getAttribute("aria-current") !== null || one.closest("form:invalid") !== null
      || one.options?.length === 1 || one.matches(".runs [aria-pressed=true]"),
      region: one.matches(".scrolls") ? [one.scrollWidth > one.clientWidth, one.scrollHeight > one.clientHeight] : null };
  });
  if (type === "file") {
    for (let i = 0; i < 3; ++i) { // a dialog that a busy machine opens late
      const [chooser] = await Promise.all([page.waitForEvent("filechooser", { timeout: 5000 }).catch(() => null), page.keyboard.press("Enter")]);
      if (chooser) return "";
    }
    return "no file can be chosen";
  }
  if (download) {
    await Promise.all([page.waitForEvent("download", { timeout: 3000 }), page.keyboard.press("Enter")]);
    return "";
  }
  if (region) {
    const [wide, tall] = region;
    if (!wide && !tall) return "";
    await page.keyboard.press(wide ? "ArrowRight" : "End");
    await page.waitForFunction(() => document.activeElement.scrollLeft + document.activeElement.scrollTop > 0, null, { timeout: 2000 });
    return "";
  }
  const before = await page.evaluate(() => window.keyboard.text());
  let changed = off;
  for (const key of keys_of(tag, type)) {
    await page.keyboard.press(key);
    if (type === "text" && one.name.includes("batch")) await page.keyboard.type("2");
    changed ||= await page.waitForFunction((old) => window.keyboard.text() !== old, before, { timeout: 1500 }).then(() => true, () => false);
    await page.waitForTimeout(60);
    if (!(await page.evaluate(() => window.keyboard.here()))) return `the focus is lost after ${key}`;
    if (changed) break;
  }
  await page.waitForFunction(() => document.querySelector(".screen [role=status]")?.textContent !== "working …", null, { timeout: 60000 });
  await page.waitForTimeout(100);
  if (!(await page.evaluate(() => window.keyboard.here()))) return "the focus is lost later";
  return changed ? "" : "nothing happens";
}

/** Every kind of control is operated once, wherever it is met first. */
export async function keyboard_alone({ open, close, check }) {
  const known = new Set();
  for (const [name, [hash, act]] of Object.entries({ ...screens, ...more })) {
    const fresh = async () => {
      const page = await open(`${hash || "#data=xor"}&lang=en`, {}, helpers);
      await act?.(page);
      await page.waitForTimeout(50);
      return page;
    };
    let page = await fresh();
    const all = await walk(page, check, name);
    for (const [place, one] of all.entries()) {
      if (known.has(one.kind)) continue;
      known.add(one.kind);
      if (!page) {
        page = await fresh();
        await page.evaluate(() => window.keyboard.mark());
      }
      const wrong = await operate(page, place, one).catch((error) => error.message.split("\n")[0]);
      check(`keys do it (${name}): ${one.name}`, wrong === "", wrong);
      await close(page);
      page = null;
    }
    if (page) await close(page);
  }
}
