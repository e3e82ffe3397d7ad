// Making and finding elements; no framework, and never markup from a text.

type Attributes = Record<string, string | boolean>;
export type Inside = Node | string;

/** A new element. `true` sets an empty attribute, `false` none; texts stay texts. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...inside: Inside[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...inside);
  return element;
}

/** The one element that the page's template promises. */
export function find<Kind extends Element = HTMLElement>(selector: string, within: ParentNode = document): Kind {
  const found = within.querySelector<Kind>(selector);
  if (!found) throw new Error(`not on this page: ${selector}`);
  return found;
}

/** A message with elements among its values: `filled(say("Opened at {time}."), { time })`. */
export function filled(message: string, values: Record<string, Inside>): Inside[] {
  return message.split(/\{(\w+)\}/).map((part, at) => (at % 2 ? (values[part] ?? `{${part}}`) : part));
}

/** Puts the focus on something that is no control: a heading, a sentence. */
export function focusOn(element: HTMLElement): void {
  if (element.tabIndex < 0) element.tabIndex = -1;
  element.focus();
}
