import { judgeName } from './names.js';
import { isSecretValue } from './values.js';

/**
 * A sign after a name, or a command's flag before a blank and its value. Between name and sign, there may be quotes, a
 * bracket and Markdown. The name may have two words. Groups: a quote that opens before the name, the name, the flag.
 */
const SIGN =
  /(?:[:=|>]|,(?<=["']\s?,))(?<=((?:(?<!\0)["'`])?)((?:[A-Za-z]{2,12} |[?&])?[\w-]{2,64})[\\"'`\]?*\0]{0,260}[\s\0]{0,9}.)|--([\w-]{2,40}) +/g;
/** A value: in quotes, in brackets, or without quotes up to its end. */
const VALUE =
  /[>=~]*[\s*+\0]*(?:[|>][-+]?\s+)?(?:[bfru@]?(\\*(?:"""|'''|["'`]))([^\n]{0,150}?(?=(?<!\\)\1|\n|$)|[^\n]{150})|([[{][^\]}]{0,150}.?)|((?:(?!["'`<>()[\]{}|,;:.!?*\\]*(?:\s|$)|["'`]+[,:}\])>]|[&;,]["'\s\\]*[\w.-]+["'\\]*[=:]|<\/|\]\]>)[\s\S]){1,150}))/iy;
/** The same for a secret that is longer than `VALUE` reads. */
const LONG = new RegExp(VALUE.source.replaceAll('150', '99999'), 'iy');
const LINE = /[^\r\n]*/y;
/** The name in an object with name and value, up to the name of the value: `{ name: 'TOKEN', value: …`. */
const PAIR = /(?:name|key|header|variable|field|id)\W{1,12}([\w-]{2,64})\W{1,40}(?:\w+\W{1,40})?\w+\W*$/i;

/** Finds secrets by the names of their values. */
export function findNamed(
  text: string,
  isStrict: boolean,
  found: (start: number, end: number) => void,
): void {
  SIGN.lastIndex = 0;
  for (let match = SIGN.exec(text); match; match = SIGN.exec(text)) {
    const at = SIGN.lastIndex;
    let name = (match[2] ?? match[3]) as string;
    let verdict = judgeName(name);
    if (verdict > 2) {
      if (/^[cs]/i.test(name) && text[match.index] === ':') continue;
      name = PAIR.exec(text.slice(Math.max(0, match.index - 160), match.index))?.[1] ?? '';
      verdict = judgeName(name);
    }
    if (!verdict) continue;
    VALUE.lastIndex = at;
    let [matched, quote, quoted, nested, value = quoted ?? nested ?? ''] = VALUE.exec(text) ?? [''];
    // The quote ends a text that began before the name, or it follows an element.
    if (quote && ((quote === match[1] && !/\W.$/.test(text.slice(at - 2, at))) || text[match.index] === '>'))
      continue;
    let long = LONG;
    let end = at + matched.length;
    let start = end - value.length;
    if (
      !nested &&
      (!quote || (/^.; ?\w/.test(text.slice(end, end + 4)) && !match[1])) &&
      /(?:authorization|cookie)$/i.test(name)
    ) {
      // A header's value ends with its line, or with the text in quotes that contains it. CSV and SQL double a quote.
      const own = match[1] ?? '';
      const line = new RegExp(`(?:\\\\.|${own && `${own + own}|`}[^\\r\\n${own}]){0,300}`, 'y');
      line.lastIndex = start = quote ? start - quote.length : start;
      value = line.exec(text)?.[0] as string;
      end = start + value.length;
      quote = value;
      long = LINE;
    }
    // In brackets and after a comma, a part must look random. After a comma, it may also be the next key.
    const isListed = text[match.index] === ',';
    if (isListed && /^[\\"']*\s*:/.test(text.slice(end, end + 9))) continue;
    const isSecret = isSecretValue(
      nested?.replace(/\W+/g, ' ') ?? value,
      nested || isListed ? 1 : verdict,
      name,
      !!quote,
      text[end] === '(' || !/\w=$/.test(text.slice(at - 2, at)) ? text[end] : '',
    );
    if (!isSecret && !(isStrict && value)) continue;
    if (value.length > 149) {
      long.lastIndex = long === LINE ? end : at;
      long.test(text);
      end = long.lastIndex;
    }
    SIGN.lastIndex = end;
    found(start, end);
  }
}
