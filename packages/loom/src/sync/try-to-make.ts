/**
 * Converts one record for sending. A record that nothing can be made of, such as one with a time beyond all
 * calendars, must not keep the others from being sent.
 */
export function tryToMake<T>(make: () => T): { readonly value: T } | { readonly failed: string } {
  try {
    return { value: make() };
  } catch (error) {
    return { failed: `it can't be converted: ${error instanceof Error ? error.message : String(error)}` };
  }
}
