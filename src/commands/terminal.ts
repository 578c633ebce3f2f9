import { styleText } from 'node:util';
import { harmless } from '../text/harmless.js';
import { codingAgent } from './agent.js';
import { asStarted, asStartedInJson } from './own-command.js';

type Style = Parameters<typeof styleText>[0];

/** Where words go. With `--json` and `--dry-run`, stdout is kept for the plan and words go to stderr. */
export interface Terminal {
  readonly isInteractive: boolean;
  /** Width of the screen that words go to; undefined where there is none. */
  readonly columns: number | undefined;
  /** One line, or several, for a person. */
  say(text: string): void;
  /** The result itself: JSON or a patch. Always stdout. */
  print(text: string): void;
  /** Something went wrong. Always stderr. */
  complain(text: string): void;
  paint(style: Style, text: string): string;
  /** Runs long work and shows progress: a spinner on a terminal, a plain line elsewhere. */
  during<T>(what: string, work: () => Promise<T> | T): Promise<T>;
}

/** A reader such as `head` may leave early. Finish half-done work, even without an audience. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

export function openTerminal(options: { json: boolean; yes: boolean; dryRun?: boolean }): Terminal {
  const { stdin, stdout, stderr, env } = process;
  const words = options.json || options.dryRun ? stderr : stdout;
  // Set and empty it means nothing (https://no-color.org).
  const hasColor =
    (env['NO_COLOR'] ?? '') === '' && (words.isTTY === true || (env['FORCE_COLOR'] ?? '0') !== '0');
  const paint: Terminal['paint'] = (style, text) => (hasColor ? styleText(style, text) : text);
  // As runners set it; a person writes CI=false to be asked all the same.
  const isCi = !['', 'false', '0'].includes(env['CI'] ?? '');
  const isMoving = words.isTTY === true && !isCi && env['TERM'] !== 'dumb';
  return {
    // CI runners and coding agents may offer a pseudo terminal without a person.
    isInteractive:
      !options.yes &&
      !options.json &&
      stdin.isTTY === true &&
      stdout.isTTY === true &&
      !isCi &&
      codingAgent() === undefined,
    columns: words.isTTY === true ? words.columns : undefined,
    say: (text) => void words.write(`${harmless(asStarted(text))}\n`),
    print: (text) => {
      const said = text.startsWith('{') ? asStartedInJson(text) : text;
      stdout.write(said.endsWith('\n') ? said : `${said}\n`);
    },
    complain: (text) => void stderr.write(`${harmless(asStarted(text))}\n`),
    paint,
    during: async (what, work) => {
      if (isMoving) return moving(words, paint('dim', `${what} …`), work);
      words.write(`${what} …\n`);
      return work();
    },
  };
}

const FRAMES = ['◒', '◐', '◓', '◑'];
/** Milliseconds for each. */
const FRAME = 80;
const CLEAR_LINE = '\r\u001b[2K';

/**
 * The prompts' library has a spinner, too; but that one takes Ctrl-C for itself and ends the process,
 * and half-done work could not be put back.
 */
async function moving<T>(words: NodeJS.WriteStream, text: string, work: () => Promise<T> | T): Promise<T> {
  let frame = 0;
  const draw = () => {
    words.write(`${CLEAR_LINE}${FRAMES[frame % FRAMES.length]}  ${text}`);
    frame += 1;
  };
  draw();
  const timer = setInterval(draw, FRAME);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    words.write(CLEAR_LINE);
  }
}
