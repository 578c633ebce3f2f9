import type { Verdict } from './names.js';

/**
 * Placeholders in place of a secret: a call or an element, a variable, something in brackets, a path, an
 * address, a member.
 */
const PLACEHOLDER =
  /^(?:[\w$.?]+[([]|[),;\]}>'"]|\$(?:[({]|\w+$)|<.*>$|[[{].*[\]}]$|%\w+%$|(?:~|\.\.?|[A-Z]:)?[\\/][A-Za-z_.-]+(?:[\\/]|$)|\w+:\/\/|[a-z_$]+(?:\??\.[a-z_$]+)+\W*$|.*(?:\.\.\.|…)$)/i;
/** Words of schemas, forms and settings, and names of variables that hold a secret. */
const SETTING =
  /^(?:str(?:ing)?|text|number|none|null|undefined|true|false|required|optional|hidden|include|omit|same-origin|basic|invalid|missing|unknown|plain|example)$|pass|secret|token|key|cred|code|masked|redacted/i;

/** Something in it that no word has: a digit, or a capital letter where none belongs. */
const MIXED = /\d|[a-z][A-Z]|[A-Z]{2}[a-z]/;
/** Words and names as programs have them: `us`, `Basic`, `UTF8`, `accessToken`. */
const WORDLIKE = /^(?:[A-Z]?[a-z]+|[A-Z]+)$|^[a-z]{1,6}\d{1,3}$|^[a-z]{2,}(?:[A-Z][a-z]{2,}){1,3}$/;

/** True for what is no word. */
export const isMixed = (text: string) => MIXED.test(text);

/** True if a part of `value` looks as if it was made by chance. */
export const isRandom = (value: string, least = 6) =>
  value
    .split(/[^A-Za-z\d]+/)
    .some((part) => part.length >= least && MIXED.test(part) && !WORDLIKE.test(part));

/** True for the value of a header that holds parameters, or a scheme and what follows it. */
const isHeaderValue = (value: string) =>
  /\w=["\w]/.test(value) ||
  (/^(?:bearer|basic|digest|token|apikey) +\w{6,}$/i.test(value) && !SETTING.test(value.slice(6)));

/**
 * Judges the value of a name.
 * @param isQuoted whether it is in quotes, or is a whole value
 * @param next the character after it, if a variable may be there
 */
export function isSecretValue(
  whole: string,
  says: Verdict,
  name: string,
  isQuoted = true,
  next = '',
): boolean {
  // Longer text is not a word.
  const value = whole.slice(0, 300).replaceAll('\0', '').trim();
  const isSure = says > 1;
  // A token count is a number.
  if (/^\d*$/.test(value)) return value.length > (isSure ? 3 : 5) && !/(?:token|cookie)s/i.test(name);
  if (PLACEHOLDER.test(value) || next === '(') return false;
  // A variable has the name of its content, or is in the place of a variable.
  if (/^[a-z_$]+$/i.test(value) && (SETTING.test(value) || (/[,;)\]}]/.test(next) && WORDLIKE.test(value))))
    return false;
  if (!isSure) return isRandom(value) || (/cookie|authorization/i.test(name) && isHeaderValue(value));
  // A sentence, such as the message of a form, is judged by its parts.
  if (/\s\S+\s/.test(value)) return value.split(/\s/).some((part) => part.length > 7 && MIXED.test(part));
  return (
    value.length > 3 &&
    (isQuoted
      ? !SETTING.test(value) || MIXED.test(value)
      : MIXED.test(value) || /[a-z][@#$%^&*!+~]+[a-z]/i.test(value))
  );
}
