/** 32 random hex digits for a trace id. A span id has the last 16. */
export function newId(): string {
  return crypto.randomUUID().replaceAll('-', '');
}
