// How hard a password is to guess, told low rather than high: what looks like words counts as words.

export type Strength = "weak" | "fair" | "strong";

const FAIR_BITS = 30;
const STRONG_BITS = 44;
/** Bits for a word, and for each letter of one: half of what letters by chance would have. */
const WORD_BITS = 11;
const LETTER_BITS = 2.4;
/** For a letter of a run too short for a word. */
const LONE_LETTER_BITS = 3.5;
const DIGIT_BITS = 3.3;
const SIGN_BITS = 4.5;
const YEAR_BITS = 7;
/** What people choose first. Found inside a password, it adds next to nothing. */
const COMMON =
  /pass(?:w[o0]rd|wort|phrase)?|[qa]wert[yz]\w*|azerty|asdf\w*|letmein|welcome|admin|login|master|secret|iloveyou|monkey|dragon|football|abc\w?|test|hello|hallo|sommer|summer|winter|spring|autumn|(?:19|20)\d\d/gi;

export function strength(password: string): Strength {
  const bits = bitsOf(password);
  return bits < FAIR_BITS ? "weak" : bits < STRONG_BITS ? "fair" : "strong";
}

/** A low estimate of the guesses it takes, as a power of two. */
export function bitsOf(password: string): number {
  let bits = 0;
  const once = password.normalize("NFC").replace(/(.{2,}?)\1+/giu, "$1");
  const rest = once.replace(COMMON, (found) => {
    bits += /\d/.test(found) ? YEAR_BITS : 2;
    return " ";
  });
  const seen = new Set<string>();
  for (const [run] of rest.matchAll(/\p{L}+|\p{N}+|[^\p{L}\p{N}]+/gu)) {
    if (!seen.has(run.toLowerCase())) bits += runBits(run);
    seen.add(run.toLowerCase());
  }
  return bits;
}

/** One run of letters, of digits, or of other signs. */
function runBits(run: string): number {
  const count = withoutRows([...run]).length;
  if (/^\p{N}/u.test(run)) return count * DIGIT_BITS;
  if (/^\s*$/.test(run)) return 0;
  if (!/^\p{L}/u.test(run)) return count * SIGN_BITS;
  const capitals = /^\p{Lu}?\P{Lu}*$|^\p{Lu}*$/u.test(run) ? 0 : count;
  return capitals + (count < 4 ? count * LONE_LETTER_BITS : Math.max(WORD_BITS, count * LETTER_BITS));
}

/** "aaaa", "abcd" and "4321" say no more than their first letter and where they end. */
function withoutRows(letters: string[]): string[] {
  return letters.filter((letter, at) => {
    const [one, two] = [letters[at - 1], letters[at - 2]];
    if (!one || !two) return true;
    const step = code(letter) - code(one);
    return Math.abs(step) > 1 || step !== code(one) - code(two);
  });
}

function code(letter: string): number {
  return letter.toLowerCase().codePointAt(0) ?? 0;
}
