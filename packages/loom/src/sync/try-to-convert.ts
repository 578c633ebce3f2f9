/**
 * Converts one record for sending. A record that can't be converted, such as one with an invalid time, must
 * not block the others.
 */
export function tryToConvert<T>(make: () => T): { readonly value: T } | { readonly failed: string } {
  try {
    return { value: make() };
  } catch (error) {
    return { failed: `it can't be converted: ${error instanceof Error ? error.message : String(error)}` };
  }
}
