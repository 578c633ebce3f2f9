import { judgeName } from './names.js';
import { isSecretValue } from './values.js';

/**
 * A sign behind a name, which may have two words, quotes, a bracket, and marks of Markdown; or a flag of a command with
 * its value behind a blank. Groups: a quote that begins before the name, the name, the flag.
 */
const SIGN =
  /(?:[:=|>]|,(?<=["']\s?,))(?<=((?:(?<!\0)["'`])?)((?:[A-Za-z]{2,12} |[?&])?[\w-]{2,64})[\\"'`\]?*\0]{0,260}[\s\0]{0,9}.)|--([\w-]{2,40}) +/g;
/** A value: between quotes, in brackets, or to where one without quotes ends. */
const VALUE =
  /[>=~]*[\s*+\0]*(?:[|>][-+]?\s+)?(?:[bfru@]?(\\*(?:"""|'''|["'`]))([^\n]{0,150}?(?=(?<!\\)\1|\n|$)|[^\n]{150})|([[{][^\]}]{0,150}.?)|((?:(?!["'`<>()[\]{}|,;:.!?*\\]*(?:\s|$)|["'`]+[,:}\])>]|[&;,]["'\s\\]*[\w.-]+["'\\]*[=:]|<\/|\]\]>)[\s\S]){1,150}))/iy;
/** The same for what is masked and longer than what is looked at. */
const LONG = new RegExp(VALUE.source.replaceAll('150', '99999'), 'iy');
const LINE = /[^\r\n]*/y;
/** The name in a pair of name and value, up to the value's. */
const PAIR = /(?:name|key|header|variable|field|id)\W{1,12}([\w-]{2,64})\W{1,40}(?:\w+\W{1,40})?\w+\W*$/i;

/** Finds secrets by their names. */
export function findNamed(
  text: string,
  isStrict: boolean,
  found: (start: number, end: number) => void,
): void {
  SIGN.lastIndex = 0;
  for (let match = SIGN.exec(text); match; match = SIGN.exec(text)) {
    const at = SIGN.lastIndex;
    let name = (match[2] ?? match[3]) as string;
    let says = judgeName(name);
    if (says > 2) {
      if (/^[cs]/i.test(name) && text[match.index] === ':') continue;
      name = PAIR.exec(text.slice(Math.max(0, match.index - 160), match.index))?.[1] ?? '';
      says = judgeName(name);
    }
    if (!says) continue;
    VALUE.lastIndex = at;
    let [whole, quote, quoted, nested, value = quoted ?? nested ?? ''] = VALUE.exec(text) ?? [''];
    // It ends text from before the name, or follows an element.
    if (quote && ((quote === match[1] && !/\W.$/.test(text.slice(at - 2, at))) || text[match.index] === '>'))
      continue;
    let long = LONG;
    let end = at + whole.length;
    let start = end - value.length;
    if (
      !nested &&
      (!quote || (/^.; ?\w/.test(text.slice(end, end + 4)) && !match[1])) &&
      /(?:authorization|cookie)$/i.test(name)
    ) {
      // To the end of the line, or of the text in quotes that it is. CSV and SQL double a quote in it.
      const own = match[1] ?? '';
      const line = new RegExp(`(?:\\\\.|${own && `${own + own}|`}[^\\r\\n${own}]){0,300}`, 'y');
      line.lastIndex = start = quote ? start - quote.length : start;
      value = line.exec(text)?.[0] as string;
      end = start + value.length;
      quote = value;
      long = LINE;
    }
    // In brackets, and behind a comma, a part has to look random; and it may be the next key.
    const isListed = text[match.index] === ',';
    if (isListed && /^[\\"']*\s*:/.test(text.slice(end, end + 9))) continue;
    const isSecret = isSecretValue(
      nested?.replace(/\W+/g, ' ') ?? value,
      nested || isListed ? 1 : says,
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
