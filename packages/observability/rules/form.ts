/** A secret with a known form: a fixed beginning and the text after it. */
export interface Form {
  id: string;
  /** The kind of secret, as in the guide. */
  finds: string;
  /** The source that documents the format. */
  source: string;
  tail: keyof typeof TAILS;
  /**
   * Prefixes, as regular expressions. Each ends with a character that is rare in texts. A look-ahead for the
   * following text may come after it.
   */
  begins: readonly string[];
  /**
   * Examples that must be masked. `<36>` means 36 letters and digits, with h for hex, d for digits, u for
   * capitals.
   */
  must: readonly string[];
  /** Similar texts that must stay. */
  mustNot: readonly string[];
}

/** The text that must follow a prefix. */
export const TAILS = {
  /**
   * Names of packages, variables and jobs have separators. A secret after an underscore has none at its
   * start.
   */
  solid: '(?=[A-Za-z\\d]{16})',
  /** Not only words of small letters. */
  mixed: '(?=[\\w-]{16})(?=[\\w-]{0,99}[\\dA-Z])',
  /** Independent of the prefix. */
  free: '(?=[\\w-]{33}|[\\w-]{6,7}\\.[\\w-]{27})',
} as const;

/** The masked text after a beginning. */
export const REST = '[\\w+/=~-]{6,}(?:\\.+[\\w~-]{6,})*';
