// What the page shows stands in its address: #data=xor&seed=2&iteration=137&phase=7&cell=dW2[1,2]&lang=zh
// What is not about the page is an option of `gradus train`.

export interface Address {
  data: string;
  options: Record<string, string>;
  iteration: number;
  phase: number; // from 1
  cell: string;
  screen: string; // empty: step
  lang: string; // empty: as the browser says
}

const own = ["data", "iteration", "phase", "cell", "screen", "lang"];

function whole(text: string | null, otherwise: number): number {
  const number = Number(text ?? "");
  return text && Number.isSafeInteger(number) && number >= 0 ? number : otherwise;
}

export function read_address(hash: string): Address {
  const words = new URLSearchParams(hash.replace(/^#/, ""));
  const options: Record<string, string> = {};
  for (const [name, value] of words) if (!own.includes(name)) options[name] = value;
  return {
    data: words.get("data") || "xor",
    options,
    iteration: whole(words.get("iteration"), 0),
    phase: Math.max(1, whole(words.get("phase"), 1)),
    cell: words.get("cell") ?? "",
    screen: words.get("screen") ?? "",
    lang: words.get("lang") ?? "",
  };
}

export function write_address(address: Address): string {
  const parts: [string, string][] = [["data", address.data], ...Object.entries(address.options)];
  parts.push(["iteration", String(address.iteration)], ["phase", String(address.phase)]);
  if (address.cell) parts.push(["cell", address.cell]);
  if (address.screen) parts.push(["screen", address.screen]);
  if (address.lang) parts.push(["lang", address.lang]);
  const readable = (text: string) => encodeURIComponent(text).replace(/%(5B|5D|2C)/g, decodeURIComponent);
  return "#" + parts.map(([name, value]) => `${readable(name)}=${readable(value)}`).join("&");
}

// As a shell takes them: "in quotes", 'in others', \letter by letter.
function words_in(text: string): string[] {
  const words = text.match(/(?:"[^"]*"|'[^']*'|\\.|\S)+?(?=\s|$)/g) ?? [];
  return words.map((word) => word.replace(/"([^"]*)"|'([^']*)'|\\(.)/g, (_, one, other, letter) => one ?? other ?? letter));
}

/** The words behind `gradus train` as options: `xor --seed 2 --net "4 tanh"`; what nobody asked for is left over. */
export function read_words(words: string): { data: string; options: Record<string, string>; left: string[] } {
  const parts = words_in(words), names: string[] = [], options: Record<string, string> = {};
  for (let i = 0; i < parts.length; ++i) {
    const [, name, value] = /^--([^=]+)=?(.*)$/s.exec(parts[i]) ?? [];
    if (name) options[name] = parts[i].includes("=") ? value : (parts[++i] ?? "");
    else names.push(parts[i]);
  }
  const [data, ...left] = names;
  return { data: data || "xor", options, left };
}

export function write_words(data: string, options: Record<string, string>): string {
  const word = (text: string) => (/^[\w.,/+=:@%-]+$/.test(text) ? text : /["\\]/.test(text) ? `'${text.replaceAll("'", "'\\''")}'` : `"${text}"`);
  return [word(data), ...Object.entries(options).map(([name, value]) => `--${name} ${word(value)}`)].join(" ");
}

export function with_option(words: string, name: string, value: string): string {
  const { data, options } = read_words(words);
  return write_words(data, { ...options, [name]: value });
}

/** Writes the address not too often: browsers count, and refuse. In some frames they refuse always, and the page does without. */
export class AddressBar {
  private timer = 0;

  write(address: () => string): void {
    if (this.timer) return;
    const pause = 300, now = () => {
      const text = address();
      if (text === location.hash) return;
      try {
        history.replaceState(null, "", text);
      } catch {
        return;
      }
    };
    now();
    this.timer = Number(setTimeout(() => {
      this.timer = 0;
      now();
    }, pause));
  }
}
