/** A secret that is known by its form: a fixed beginning, and what follows it. */
export interface Form {
  id: string;
  /** What it finds, as the guide has it. */
  finds: string;
  /** Where the format is written down. */
  source: string;
  tail: keyof typeof TAILS;
  /**
   * What it begins with, as regular expressions. Each ends with a character that is rare in texts, behind which a
   * look-ahead may stand that says more of what follows.
   */
  begins: readonly string[];
  /** What has to be masked. `<36>` stands for 36 letters and digits, with h for hex, d for digits, u for capitals. */
  must: readonly string[];
  /** What looks like it and has to stay. */
  mustNot: readonly string[];
}

/** What follows a beginning has to be, before all of it is taken. */
export const TAILS = {
  /** Names of packages, variables and jobs have separators: a secret with an underscore before it has none at first. */
  solid: '(?=[A-Za-z\\d]{16})',
  /** More than words of small letters. */
  mixed: '(?=[\\w-]{16})(?=[\\w-]{0,99}[\\dA-Z])',
  /** Whatever the beginning says of it. */
  free: '(?=[\\w-]{33}|[\\w-]{6,7}\\.[\\w-]{27})',
} as const;

/** All that is masked behind a beginning. */
export const REST = '[\\w+/=~-]{6,}(?:\\.+[\\w~-]{6,})*';
