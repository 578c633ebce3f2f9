/**
 * A value on one line, cut to `width` columns. Control characters are escaped: output of tools is untrusted,
 * and could move the cursor or recolour the terminal.
 */
export function inspectText(value: unknown, width: number): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  const shown = [...text.slice(0, width * 2)].map(visible).join('');
  const cut = [...shown];
  return cut.length > width || text.length > width * 2 ? `${cut.slice(0, width - 1).join('')}…` : shown;
}

function visible(character: string): string {
  if (character === '\n') {
    return '⏎';
  }
  // Cc: control characters. Cf: invisible characters, such as those that change the text direction.
  return /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(character)
    ? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
    : character;
}
