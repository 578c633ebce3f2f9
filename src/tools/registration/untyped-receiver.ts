/**
 * Returns true if a cast or an annotation hides the type of an expression. A function that it gets must type its own
 * parameters, so TypeScript knows no type for an added one.
 * @param receiver source text of the expression
 * @param text the file's
 */
export function isUntyped(receiver: string, text: string): boolean {
  if (/\bas\b|<any>/.test(receiver)) return true;
  const name = (receiver.split('.').at(-1) ?? '').replace(/\W/g, '');
  const declared = `\\b${name}(?:\\??\\s*:\\s*any\\b|\\s*=[^;\\n]{0,500}\\bas any\\b)`;
  return name !== '' && new RegExp(declared).test(text);
}
