/** 32 random hex digits, as a trace id has them; a span id has the last 16. */
export function newId(): string {
  return crypto.randomUUID().replaceAll('-', '');
}
