const SHOWN = 300;
const KEPT = 2000;
const known = new Map<string, string>();

/** Variable parts of messages, and the placeholder for each. */
const VARIABLE: readonly (readonly [RegExp, string])[] = [
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>)\]]+/gi, '<url>'],
  [/\b[\w.+-]+@[\w-]+\.[\w.-]+\b/g, '<email>'],
  [/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi, '<id>'],
  [/\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?/g, '<time>'],
  [/"[^"]*"|'[^'\s][^']*'(?![a-z])|`[^`]*`/g, '<value>'],
  [/\b(?=[a-z_-]*\d)[0-9a-f]{8,}\b/gi, '<id>'],
  [/-?\b\d+(?:[.,]\d+)*\b/g, '<n>'],
  [/\s+/g, ' '],
];

/** A failure's message with placeholders for numbers, ids, addresses and quoted values. */
export function normalised(message: string | null): string {
  if (message === null) {
    return '';
  }
  let text = known.get(message);
  if (text === undefined) {
    text = message.slice(0, KEPT);
    for (const [pattern, word] of VARIABLE) {
      text = text.replace(pattern, word);
    }
    text = text.trim().slice(0, SHOWN);
    if (known.size > KEPT) {
      known.clear();
    }
    known.set(message, text);
  }
  return text;
}
