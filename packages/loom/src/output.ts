import { setTimeout as wait } from 'node:timers/promises';
import type { LoomError } from './errors.js';
import { type Screen, screenOf } from './screen.js';

/** Version of the `--json` format. It grows with incompatible changes. */
const JSON_SCHEMA_VERSION = 1;

/** Output of a command, for machines and for people. */
export interface Outcome {
  readonly data: unknown;
  readonly text: string;
  readonly exitCode?: number;
  /** The text for a terminal, with its width and colours. Uses only `paint` and `renderTable`. */
  readonly screen?: (screen: Screen) => string;
  /** On a terminal, the output is refreshed until Ctrl-C. */
  readonly live?: { readonly everyMs: number; readonly look: () => Promise<Outcome> };
}

export async function show(outcome: Outcome, json: boolean): Promise<void> {
  if (!outcome.live || json || !process.stdout.isTTY) {
    print(outcome, json);
    return;
  }
  for (let shown = outcome; ; shown = await outcome.live.look()) {
    const screen = screenOf(process.stdout, process.env);
    // Clears the screen and writes from the top left (ECMA-48: CUP, ED).
    process.stdout.write(`\u001b[H\u001b[2J${shown.screen?.(screen) ?? withoutControls(shown.text)}\n`);
    await wait(outcome.live.everyMs);
  }
}

export function print(outcome: Outcome, json: boolean): void {
  const screen = screenOf(process.stdout, process.env);
  if (json) {
    line(process.stdout, JSON.stringify({ schema_version: JSON_SCHEMA_VERSION, data: outcome.data }));
  } else if (outcome.screen && screen.width !== undefined) {
    line(process.stdout, outcome.screen(screen));
  } else if (outcome.text !== '') {
    line(process.stdout, withoutControls(outcome.text));
  }
}

export function printError(error: LoomError, json: boolean): void {
  if (json) {
    const { message, fix, exitCode: code, retryable } = error;
    line(
      process.stdout,
      JSON.stringify({ schema_version: JSON_SCHEMA_VERSION, error: { code, message, fix, retryable } }),
    );
  } else {
    line(process.stderr, withoutControls(`${error.message}\n${error.fix}`));
  }
}

/**
 * Titles, branches and names come from agents and from files of others: on a terminal they must not move the cursor or
 * pass for something else. JSON escapes such characters by itself.
 */
function withoutControls(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/[^\P{Cc}\n\t]/gu, '\uFFFD');
}

/** A plain table: columns as wide as their widest cell, two spaces between, numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = rows.map((row) => row.map(String));
  const widths = head.map((title, at) =>
    cells.reduce((widest, row) => Math.max(widest, (row[at] ?? '').length), title.length),
  );
  const numeric = head.map((_, at) => rows.length > 0 && rows.every((row) => isNumeric(row[at])));
  return [head, ...cells]
    .map((row) =>
      row
        .map((cell, at) => (numeric[at] ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function isNumeric(cell: string | number | undefined): boolean {
  return typeof cell === 'number' || /^(~?\$[\d,.]+|[\d,.]+ ?%?|-|\?)$/.test(cell ?? '');
}

function line(stream: NodeJS.WriteStream, text: string): void {
  stream.write(`${text}\n`);
}
