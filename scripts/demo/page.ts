import { stripVTControlCharacters, styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

const { stdout, stderr, env } = process;
const hasColor = env.NO_COLOR === undefined && (stdout.isTTY === true || (env.FORCE_COLOR ?? '0') !== '0');
const isMoving = stdout.isTTY === true && (env.CI ?? '') === '' && env.TERM !== 'dumb';

/** True if the demo may use colours. */
export const color = hasColor;

/** The size of the screen that the output must fit on. */
const COLUMNS = 80;

const FRAMES = ['◒', '◐', '◓', '◑'];
const FRAME_MS = 120;
const NAME_WIDTH = 14;
const CLEAR_LINE = '\r\u001b[2K';

export function paint(style: Style, text: string): string {
  return hasColor ? styleText(style, text, { validateStream: false }) : text;
}

let isHushed = false;

export function say(text = ''): void {
  if (!isHushed) stdout.write(`${text}\n`);
}

/** After an interruption, nothing more is printed. */
export function silenceOutput(): void {
  isHushed = true;
}

/** One step of the demo. Its name is printed at once, and its result when it ends. */
export async function step(name: string, work: () => Promise<string>): Promise<void> {
  const began = Date.now();
  const stop = isMoving ? moving(name, began) : named(name);
  let said = '';
  try {
    said = await work();
  } finally {
    stop();
  }
  const seconds = paint('dim', `${((Date.now() - began) / 1000).toFixed(0)} s`);
  say(cut(`${paint('green', '✔')} ${paint('bold', name.padEnd(NAME_WIDTH))} ${said}  ${seconds}`));
}

function moving(name: string, began: number): () => void {
  let frame = 0;
  const draw = () => {
    if (isHushed) return;
    const seconds = Math.floor((Date.now() - began) / 1000);
    stdout.write(`${CLEAR_LINE}${FRAMES[frame % FRAMES.length]} ${name} … ${seconds} s`);
    frame += 1;
  };
  draw();
  const timer = setInterval(draw, FRAME_MS);
  return () => {
    clearInterval(timer);
    stdout.write(CLEAR_LINE);
  };
}

/** Without animation, stdout contains only the result. */
function named(name: string): () => void {
  if (!isHushed) stderr.write(`${name} …\n`);
  return () => {};
}

/** No line is wider than the screen. */
export function cut(line: string): string {
  const plain = stripVTControlCharacters(line);
  if (plain.length <= COLUMNS) return line;
  return `${plain.slice(0, COLUMNS - 1)}…`;
}
