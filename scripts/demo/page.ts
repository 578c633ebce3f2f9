import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

const { stdout, env } = process;
const hasColor = env.NO_COLOR === undefined && (stdout.isTTY === true || (env.FORCE_COLOR ?? '0') !== '0');

/** Whether the demo may use colours; the programs it runs are told the same. */
export const color = hasColor;

export function paint(style: Style, text: string): string {
  return hasColor ? styleText(style, text, { validateStream: false }) : text;
}

let isHushed = false;

export function say(text = ''): void {
  if (!isHushed) stdout.write(`${text}\n`);
}

/** From here on nothing is said: what is still going on was interrupted. */
export function hush(): void {
  isHushed = true;
}

let chapters = 0;

/** A heading, and the command a user would type, if it is one. */
export function chapter(title: string, command?: string): void {
  chapters += 1;
  say();
  say(paint('bold', `${chapters}. ${title}`));
  if (command) say(paint('dim', `   $ ${command}`));
}

export function indent(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : `   ${line}`))
    .join('\n');
}
