// node --experimental-websocket firefox.mjs PAGE: does the page work in headless Firefox, by file://? WebDriver BiDi, without a
// library: https://www.w3.org/TR/webdriver-bidi/

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const address = pathToFileURL(resolve(process.argv[2])).href;
const profile = mkdtempSync(join(tmpdir(), "gradus-firefox-"));
const firefox = spawn("firefox-esr", ["--headless", "--profile", profile, "--remote-debugging-port", "0"], { stdio: ["ignore", "ignore", "pipe"] });
const socket_address = await new Promise((found, fail) => {
  let said = "";
  firefox.stderr.on("data", (text) => {
    said += text;
    const match = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(said);
    if (match) found(match[1]);
  });
  firefox.on("exit", () => fail(new Error("firefox-esr ended: " + said.slice(-400))));
});

const socket = new WebSocket(socket_address + "/session");
await new Promise((open) => { socket.onopen = open; });
const waiting = new Map(), troubles = [], requests = [];
let last = 0;
socket.onmessage = ({ data }) => {
  const message = JSON.parse(data);
  if (message.id) waiting.get(message.id)(message);
  else if (message.method === "log.entryAdded" && message.params.level === "error") troubles.push(message.params.text);
  else if (message.method === "network.beforeRequestSent" && !/^(blob:|data:|file:.*\.html)/.test(message.params.request.url)) requests.push(message.params.request.url);
};
async function send(method, params) {
  const id = ++last;
  const answer = await new Promise((resolve) => {
    waiting.set(id, resolve);
    socket.send(JSON.stringify({ id, method, params }));
  });
  if (answer.error) throw new Error(`${method}: ${answer.message}`);
  return answer.result;
}

const wrong = [];
const check = (sentence, truth, seen = "") => {
  console.log(`${truth ? "ok  " : "WRONG"} ${sentence}${seen !== "" ? `: ${seen}` : ""}`);
  if (!truth) wrong.push(sentence);
};

try {
  await send("session.new", { capabilities: {} });
  await send("session.subscribe", { events: ["log.entryAdded", "network.beforeRequestSent"] });
  const { context } = (await send("browsingContext.getTree", {})).contexts[0];
  const evaluate = async (expression) => {
    const { result, exceptionDetails } = await send("script.evaluate", { expression, target: { context }, awaitPromise: true });
    if (exceptionDetails) throw new Error(exceptionDetails.text);
    return result.value;
  };
  const until = (condition) => evaluate(`new Promise((done, fail) => {
    const begin = Date.now();
    const look = () => (${condition}) ? done(true) : Date.now() - begin > 60000 ? fail(new Error("waited too long")) : setTimeout(look, 10);
    look();
  })`);
  const key = (value, shift = false) => send("input.performActions", { context, actions: [{ type: "key", id: "keys", actions: [
    ...(shift ? [{ type: "keyDown", value: "\uE008" }] : []), { type: "keyDown", value }, { type: "keyUp", value },
    ...(shift ? [{ type: "keyUp", value: "\uE008" }] : [])] }] });
  const text = (selector) => evaluate(`document.querySelector(${JSON.stringify(selector)})?.innerText ?? ""`);

  await send("browsingContext.navigate", { context, url: address, wait: "none" });
  await until("document.documentElement?.dataset.ready");
  check("the page is ready", true, `${Math.round(await evaluate("performance.now()"))} ms`);
  check("it opens on the tutorial's first cost", (await text(".summary")).includes("cost 0.856267"));
  await key("\uE014");
  check("an arrow goes to the next phase", (await text(".phase h2")).includes("A1 = tanh(Z1)"), await text(".phase h2"));
  await key("\uE014", true);
  await until("document.querySelector('.summary b').textContent.includes(' 1')");
  await key("\uE010");
  await until("document.querySelector('.summary b').textContent.includes('1000')");
  check("End is the last iteration, with the tutorial's cost", (await text(".summary")).includes("cost 0.011831"));
  await send("browsingContext.navigate", { context, url: address + "#data=xor&seed=2&iteration=137&phase=7&cell=dW2[1,2]&lang=zh", wait: "none" });
  await until("document.querySelector('.cell h3')?.textContent.startsWith('dW2[1,2]')");
  check("an address opens what it names", (await text(".summary")).includes("137"));
  await key("\uE00C");
  await evaluate(`for (let i = 0; i < 300; ++i) document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", shiftKey: true, bubbles: true }))`);
  await until("document.querySelector('.summary b').textContent.includes('437')");
  check("three hundred steps are made, though a browser writes the address less often", (await text(".error")) === "", await text(".error"));
  await send("browsingContext.navigate", { context, url: address + "#data=nowhere", wait: "none" });
  await until("document.querySelector('.error')");
  check("an unknown address is one sentence", (await text(".error")).includes("nowhere"));
} catch (error) {
  check(error.message, false);
}
check("nothing is requested", requests.length === 0, requests.join(" "));
check("nothing is wrong on the console", troubles.length === 0, troubles.slice(0, 3).join(" "));
socket.close();
const ended = new Promise((resolve) => firefox.removeAllListeners("exit").on("exit", resolve));
firefox.kill();
await ended;
rmSync(profile, { recursive: true, force: true });
process.exit(wrong.length > 0 ? 1 : 0);
