import type { Verdict } from './names.js';

/**
 * Placeholders for a secret: a call, an element, a variable, a text in brackets, a path, an address, a member.
 */
const PLACEHOLDER =
  /^(?:[\w$.?]+[([]|[),;\]}>'"]|\$(?:[({]|\w+$)|<.*>$|[[{].*[\]}]$|%\w+%$|(?:~|\.\.?|[A-Z]:)?[\\/][A-Za-z_.-]+(?:[\\/]|$)|\w+:\/\/|[a-z_$]+(?:\??\.[a-z_$]+)+\W*$|.*(?:\.\.\.|…)$)/i;
/** Words of schemas, forms and settings, and names of variables with a secret. */
const SETTING =
  /^(?:str(?:ing)?|text|number|none|null|undefined|true|false|required|optional|hidden|include|omit|same-origin|basic|invalid|missing|unknown|plain|example)$|pass|secret|token|key|cred|code|masked|redacted/i;

/** A digit, or a capital letter inside a word. Words have neither. */
const MIXED = /\d|[a-z][A-Z]|[A-Z]{2}[a-z]/;
/** Words and names in programs: `us`, `Basic`, `UTF8`, `accessToken`. */
const WORDLIKE = /^(?:[A-Z]?[a-z]+|[A-Z]+)$|^[a-z]{1,6}\d{1,3}$|^[a-z]{2,}(?:[A-Z][a-z]{2,}){1,3}$/;

/** True for a text that is not a word. */
export const isMixed = (text: string) => MIXED.test(text);

/** True if a part of `value` looks random. */
export const isRandom = (value: string, least = 6) =>
  value
    .split(/[^A-Za-z\d]+/)
    .some((part) => part.length >= least && MIXED.test(part) && !WORDLIKE.test(part));

/** True for the value of a header with parameters, or with a scheme and a credential. */
const isHeaderValue = (value: string) =>
  /\w=["\w]/.test(value) ||
  (/^(?:bearer|basic|digest|token|apikey) +\w{6,}$/i.test(value) && !SETTING.test(value.slice(6)));

/**
 * Judges the value of a name.
 * @param isQuoted true if the value is in quotes, or is a complete value
 * @param next the character after the value, if the value may be a variable
 */
export function isSecretValue(
  text: string,
  verdict: Verdict,
  name: string,
  isQuoted = true,
  next = '',
): boolean {
  // The start of a longer text is enough.
  const value = text.slice(0, 300).replaceAll('\0', '').trim();
  const isSure = verdict > 1;
  // A token count is a number.
  if (/^\d*$/.test(value)) return value.length > (isSure ? 3 : 5) && !/(?:token|cookie)s/i.test(name);
  if (PLACEHOLDER.test(value) || next === '(') return false;
  // A word that names a secret is a variable. So is a word before a comma or a bracket.
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
