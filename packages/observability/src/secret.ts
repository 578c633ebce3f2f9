/** A value, or a Secrets Store binding that returns it. */
export type Secret = string | { get(): Promise<string> };
