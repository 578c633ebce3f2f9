/** Escapes of terminals, JSON (at any depth), URLs and HTML. */
const ESCAPE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character of terminals
  /(?:\x1b|(?<!\\)\\+(?:u00|x)1b)\[[\d;]*m|(?<!\\)\\+(?:u00([\da-f]{2})|([nrt/]))|%(?:25){0,3}(0[9ad]|[2-7][\da-f])|&(#34|#39|quot|amp|lt|gt);/gi;
const CHARACTERS: Record<string, string> = {
  n: '\r',
  r: '\r',
  t: '\t',
  '/': '/',
  '#': '"',
  q: '"',
  a: '&',
  l: '<',
  g: '>',
};

/**
 * Decodes a text and keeps its length: zero characters or blanks fill the rest of each escape. Backslashes before
 * quotes stay, because they show how deep a text is nested.
 */
export function plainText(text: string): string {
  if (!['\\', '%', '\x1b', '&'].some((begin) => text.includes(begin))) return text;
  // Line breaks of JSON are frequent, and a fixed replacement is faster than a function.
  return text.replace(/(?<!\\)\\[nr]/g, '\r\r').replace(ESCAPE, (whole, json, letter, percent, entity) => {
    const code = json ?? percent;
    // In form data, a blank is a plus sign, which does not end a value.
    const shown =
      code === '20'
        ? '+'
        : code
          ? String.fromCharCode(Number.parseInt(code, 16))
          : (CHARACTERS[(letter ?? entity)?.[0]] ?? ' ');
    return shown.padStart(whole.length, shown > ' ' ? '\0' : shown);
  });
}
