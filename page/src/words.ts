// Every sentence of the page, in the language that was chosen. A sentence stands in English where it is used.

import { chinese } from "./words_zh.ts";

let chosen = "en";
let translations: Record<string, string> | null = null;

/** The language of the page: "en" or "zh". */
export function choose_language(lang: string): void {
  chosen = lang === "zh" ? "zh" : "en";
  translations = lang === "zh" ? chinese : null;
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
}

export function language(): string {
  return chosen;
}

/** The sentence, with its parts in the places {}. */
export function say(english: string, ...parts: (string | number)[]): string {
  let next = 0;
  return (translations?.[english] ?? english).replace(/\{(\d*)\}/g, (_, place: string) =>
    String(parts[place === "" ? next++ : Number(place)]));
}

/** A number as the terminal shows it; `all` digits when somebody asks. */
export function number_text(value: number | null, all = false): string {
  if (value === null || !Number.isFinite(value)) return "NaN";
  if (all) return String(value);
  if (value !== 0 && (Math.abs(value) >= 1e5 || Math.abs(value) < 5e-5)) return value.toExponential(2);
  return value.toFixed(4);
}

/** In about five letters, for the middle of a circle. */
export function short_text(value: number): string {
  const size = Math.abs(value), digits = 3 - Math.max(0, Math.floor(Math.log10(Math.max(size, 1)))) - (value < 0 ? 1 : 0);
  if (!Number.isFinite(value)) return "NaN";
  return digits >= -1 ? value.toFixed(Math.max(0, digits)) : value.toExponential(0).replace("+", "");
}

/** The size of the largest; of a million numbers as well. */
export function largest_of(values: ArrayLike<number>): number {
  let largest = 0;
  for (let k = 0; k < values.length; ++k) largest = Math.max(largest, Math.abs(values[k]) || 0);
  return largest;
}
