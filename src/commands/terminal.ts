import { styleText } from 'node:util';
import { escapeForTerminal } from '../text/escape-for-terminal.js';
import { codingAgent } from './agent.js';
import { asStarted, asStartedInJson } from './own-command.js';

type Style = Parameters<typeof styleText>[0];

/** The program's output. With `--json` and `--dry-run`, stdout is only for the plan, and messages go to stderr. */
export interface Terminal {
  readonly isInteractive: boolean;
  /** The screen's width in columns. Undefined without a screen. */
  readonly columns: number | undefined;
  /** Prints one or several lines for a person. */
  say(text: string): void;
  /** Prints the result: JSON or a patch. Always to stdout. */
  print(text: string): void;
  /** Prints an error. Always to stderr. */
  complain(text: string): void;
  paint(style: Style, text: string): string;
  /** Runs long work and shows progress: a spinner on a terminal, a plain line elsewhere. */
  during<T>(what: string, work: () => Promise<T> | T): Promise<T>;
}

/** Lets the program finish its work if a reader of its output, such as `head`, ends early. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

export function openTerminal(options: { json: boolean; yes: boolean; dryRun?: boolean }): Terminal {
  const { stdin, stdout, stderr, env } = process;
  const output = options.json || options.dryRun ? stderr : stdout;
  // An empty NO_COLOR has no effect (https://no-color.org).
  const hasColor =
    (env['NO_COLOR'] ?? '') === '' && (output.isTTY === true || (env['FORCE_COLOR'] ?? '0') !== '0');
  const paint: Terminal['paint'] = (style, text) => (hasColor ? styleText(style, text) : text);
  // CI runners set CI. A person may set CI=false to get questions.
  const isCi = !['', 'false', '0'].includes(env['CI'] ?? '');
  const hasSpinner = output.isTTY === true && !isCi && env['TERM'] !== 'dumb';
  return {
    // CI runners and coding agents may have a pseudo terminal without a person.
    isInteractive:
      !options.yes &&
      !options.json &&
      stdin.isTTY === true &&
      stdout.isTTY === true &&
      !isCi &&
      codingAgent() === undefined,
    columns: output.isTTY === true ? output.columns : undefined,
    say: (text) => void output.write(`${escapeForTerminal(asStarted(text))}\n`),
    print: (text) => {
      const result = text.startsWith('{') ? asStartedInJson(text) : text;
      stdout.write(result.endsWith('\n') ? result : `${result}\n`);
    },
    complain: (text) => void stderr.write(`${escapeForTerminal(asStarted(text))}\n`),
    paint,
    during: async (what, work) => {
      if (hasSpinner) return withSpinner(output, paint('dim', `${what} …`), work);
      output.write(`${what} …\n`);
      return work();
    },
  };
}

const FRAMES = ['◒', '◐', '◓', '◑'];
/** Milliseconds for each frame. */
const FRAME = 80;
const CLEAR_LINE = '\r\u001b[2K';

/**
 * Shows a spinner. The spinner of the prompts' library handles Ctrl-C itself and ends the process, so half-done work
 * could not be rolled back.
 */
async function withSpinner<T>(
  output: NodeJS.WriteStream,
  text: string,
  work: () => Promise<T> | T,
): Promise<T> {
  let frame = 0;
  const draw = () => {
    output.write(`${CLEAR_LINE}${FRAMES[frame % FRAMES.length]}  ${text}`);
    frame += 1;
  };
  draw();
  const timer = setInterval(draw, FRAME);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    output.write(CLEAR_LINE);
  }
}
