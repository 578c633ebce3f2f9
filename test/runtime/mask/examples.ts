const ALPHABETS = {
  '': 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  h: '0123456789abcdef',
  d: '0123456789',
  u: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
};

/** Random numbers from 0 to 1 that the same seed gives again (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A secret and the longest of its parts that was made by chance, which may not be seen again. */
export interface Planted {
  text: string;
  needle: string;
}

/**
 * Fills an example of a rule: `<36>` stands for 36 letters and digits, with h for hex, d for digits, u for capitals;
 * `<card:4:16>` for a card number.
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

/** A card number of `length` digits with a right check digit. */
function card(prefix: string, length: number, random: () => number): string {
  let digits = prefix;
  while (digits.length < length - 1) digits += Math.floor(random() * 10);
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const product = Number(digit) * (i % 2 ? 1 : 2);
    return total + (product > 9 ? product - 9 : product);
  }, 0);
  return digits + ((10 - (sum % 10)) % 10);
}
