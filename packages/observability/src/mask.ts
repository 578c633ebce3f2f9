export const MASKED = '[masked]';

/** Words that name a secret, in the keys of objects and before a colon or equals sign in text. */
const NAMES = 'passw(?:or)?d|passphrase|secret|(?:api|access|private|account)[-_ ]?key|credential';
const HEADERS = 'authorization|cookie';
/** Words too short to be looked for within others. */
const SHORT = '(?:auth|pwd|pin|otp|cv[vc]|ssn)';

/** A key between `start` and `end` that names a secret. Counts, such as max_tokens, are not secrets. */
const secretKey = (start: string, end: string) =>
  new RegExp(`token${end}|${NAMES}|${HEADERS}|${start}${SHORT}${end}`, 'i');

/** A key whose value is masked whole. */
export const SECRET_KEY = secretKey('^', '$');
/** The same in JSON, also in JSON inside JSON. */
export const SECRET_IN_JSON = secretKey('"', '\\\\*"');

/** The quote that ends a key, the sign, and the quote that begins a value; also in JSON inside JSON. */
const SIGN = `\\\\*["']?\\s*[:=]\\s*`;

/** Secrets known by their form or by what stands before them. Each begins with something fixed, so that long texts cost linear time. */
const PATTERNS: [RegExp, string][] = [
  // A PEM private key, also when its end was cut off.
  [/-----BEGIN[ A-Z]+PRIVATE KEY-----[^-]*/g, MASKED],
  // JWT; OpenAI, Anthropic, Langfuse, Stripe; GitHub; GitLab; Slack; AWS; Google; npm; Hugging Face.
  [
    /\b(?:eyJ|[prs]k[-_]|gh[oprsu]_|github_pat_|glpat-|xox\w-|AKIA|ASIA|AIza|ya29\.|npm_|hf_|whsec_)[\w.-]{8,}/g,
    MASKED,
  ],
  [/\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi, `$1 ${MASKED}`],
  // The password in a connection string.
  [/(:\/\/[^\s:/@]*:)[^\s/@]+(?=@)/g, `$1${MASKED}`],
  // A header with its whole value; a secret with its word, or with all that is between its quotes. What is short has
  // to be a key in quotes.
  [
    new RegExp(
      `((?:${HEADERS})s?${SIGN}\\\\*["']?)[^\\r\\n"'\\\\]+|((?:token|pwd|(?:${NAMES})s?|\\b${SHORT}(?=\\\\*["']))${SIGN})(?:\\\\*"[^"\\\\]*|'[^']*|[^\\s"',;&}\\\\]+)`,
      'gi',
    ),
    `$1$2${MASKED}`,
  ],
];

/**
 * Card numbers by their issuers' prefixes, 13 to 19 digits in groups; Luhn's check digit decides. Digits within a
 * hexadecimal id are none.
 */
const CARD = /(?<![\da-f.])(?:4|5[1-5]|2[2-7]|3[0-8]|6)\d(?:[ -]?\d){11,17}(?![\da-f.])/gi;
const EMAIL = /[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]+/g;

/** No secret looks like this, and most names and enum values do. */
const HARMLESS = /^(?:.{0,7}|(?![prs]k_)[a-z_.]+)$/;

/** `text` without what looks like a secret, through the user's own mask as well. */
export function maskText(
  text: string,
  {
    mask,
    maskEmails,
  }: { mask?: false | ((text: string) => string) | undefined; maskEmails?: boolean | undefined } = {},
): string {
  let masked = text;
  if (mask !== false && !HARMLESS.test(text)) {
    for (const [pattern, replacement] of PATTERNS) masked = masked.replace(pattern, replacement);
    masked = masked.replace(CARD, luhn);
    if (maskEmails) masked = masked.replace(EMAIL, MASKED);
  }
  try {
    return mask ? String(mask(masked)) : masked;
  } catch {
    return MASKED;
  }
}

/** The check of ISO/IEC 7812-1: from the right, every second digit counts twice. */
function luhn(text: string): string {
  let sum = 0;
  let factor = 1;
  for (const digit of text.replace(/\D/g, '').split('').reverse()) {
    const product = Number(digit) * factor;
    sum += product > 9 ? product - 9 : product;
    factor = 3 - factor;
  }
  return sum % 10 ? text : MASKED;
}
