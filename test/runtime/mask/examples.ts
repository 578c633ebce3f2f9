const ALPHABETS = {
  '': 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  h: '0123456789abcdef',
  d: '0123456789',
  u: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
};

/** Random numbers from 0 to 1. The same seed gives the same numbers (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A secret and its longest random part, which must not be sent. */
export interface Planted {
  text: string;
  needle: string;
}

/**
 * Fills an example of a rule. `<36>` means 36 letters and digits; a suffix h means hex, d digits, u capitals.
 * `<card:4:16>` means a card number.
 */
export function fill(example: string, random: () => number): Planted {
  let needle = '';
  const cards = example.replace(/<card:(\d+):(\d+)>/g, (_, prefix: string, length: string) => {
    needle = card(prefix, Number(length), random);
    return needle;
  });
  const text = cards.replace(/<(\d+)([hdu]?)>/g, (_, length: string, kind: keyof typeof ALPHABETS) => {
    const alphabet = ALPHABETS[kind];
    const part = Array.from(
      { length: Number(length) },
      () => alphabet[Math.floor(random() * alphabet.length)],
    ).join('');
    if (part.length >= needle.length) needle = part;
    return part;
  });
  return { text, needle };
}

/** A card number of `length` digits with a valid check digit. */
function card(prefix: string, length: number, random: () => number): string {
  let digits = prefix;
  while (digits.length < length - 1) digits += Math.floor(random() * 10);
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const product = Number(digit) * (i % 2 ? 1 : 2);
    return total + (product > 9 ? product - 9 : product);
  }, 0);
  return digits + ((10 - (sum % 10)) % 10);
}
