/** A value, or a Secrets Store binding that gives it. */
export type Secret = string | { get(): Promise<string> };
