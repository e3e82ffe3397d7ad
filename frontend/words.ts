// What scripts say: English in the code, other languages in one JSON file each.

export interface Words {
  lang: string;
  /** CLDR plural categories in the order of the forms below. */
  plurals: string[];
  words: Record<string, string | string[]>;
}

type Values = Record<string, string | number>;

let words: Words = { lang: "en", plurals: ["one", "other"], words: {} };

/** Loads the page's language; without it (or on a failure) everything is said in English. */
export async function loadWords(lang: string, url: string | undefined): Promise<void> {
  if (!url) return;
  try {
    words = (await (await fetch(url)).json()) as Words;
  } catch {
    words = { ...words, lang };
  }
}

export function lang(): string {
  return words.lang;
}

/** A message with its named values: `say("{p} percent.", { p: 42 })`. */
export function say(message: string, values: Values = {}): string {
  const found = words.words[message];
  return filled(typeof found === "string" ? found : message, values);
}

/** The form for `n`, which is also a value: `sayMany(2, "{n} file", "{n} files")`. The first form is the key. */
export function sayMany(n: number, one: string, other: string, values: Values = {}): string {
  const forms = words.words[one];
  const category = new Intl.PluralRules(words.lang).select(n);
  const all = Array.isArray(forms) ? forms : [one, other];
  const order = Array.isArray(forms) ? words.plurals : ["one", "other"];
  const at = order.indexOf(category);
  const form = all[at < 0 ? all.length - 1 : at] ?? other;
  return filled(form, { n: new Intl.NumberFormat(words.lang).format(n), ...values });
}

function filled(message: string, values: Values): string {
  return message.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
