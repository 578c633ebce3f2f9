import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Where words go. With `--json`, stdout is kept for the plan and words go to stderr. */
export interface Terminal {
  readonly isInteractive: boolean;
  /** One line, or several, for a person. */
  say(text: string): void;
  /** The result itself: JSON or a patch. Always stdout. */
  print(text: string): void;
  /** Something went wrong. Always stderr. */
  complain(text: string): void;
  paint(style: Style, text: string): string;
}

export function openTerminal(options: { json: boolean; yes: boolean }): Terminal {
  const { stdin, stdout, stderr, env } = process;
  const words = options.json ? stderr : stdout;
  const hasColor =
    env['NO_COLOR'] === undefined && (words.isTTY === true || (env['FORCE_COLOR'] ?? '0') !== '0');
  return {
    // CI runners may offer a pseudo terminal with nobody behind it.
    isInteractive:
      !options.yes &&
      !options.json &&
      stdin.isTTY === true &&
      stdout.isTTY === true &&
      env['CI'] === undefined,
    say: (text) => void words.write(`${text}\n`),
    print: (text) => void stdout.write(text.endsWith('\n') ? text : `${text}\n`),
    complain: (text) => void stderr.write(`${text}\n`),
    paint: (style, text) => (hasColor ? styleText(style, text) : text),
  };
}
