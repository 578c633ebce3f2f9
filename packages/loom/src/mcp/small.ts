const MOST_CHARACTERS = 2000;
const MOST_ITEMS = 100;
const MOST_DEPTH = 12;

/** A copy with long texts, long lists and deep parts cut and marked, because agents pay for every token. */
export function small(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') {
    return value.length > MOST_CHARACTERS
      ? `${value.slice(0, MOST_CHARACTERS)}… (cut: ${value.length} characters)`
      : value;
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (depth === MOST_DEPTH) {
    return '… (cut: nested too deep)';
  }
  if (Array.isArray(value)) {
    const items = value.slice(0, MOST_ITEMS).map((item) => small(item, depth + 1));
    return value.length > MOST_ITEMS ? [...items, `… (cut: ${value.length} items)`] : items;
  }
  const members = Object.entries(value);
  const kept = members.slice(0, MOST_ITEMS).map(([name, member]) => [name, small(member, depth + 1)]);
  return Object.fromEntries(
    members.length > MOST_ITEMS ? [...kept, ['…', `cut: ${members.length} members`]] : kept,
  );
}
