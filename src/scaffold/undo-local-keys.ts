import { deletion, type Edit } from '../core/edits.js';
import { about, type Change, modify } from '../core/plan.js';
import type { LocalVarsFile } from '../project/local-vars.js';
import { clearLocal } from './key-values.js';
import { LANGFUSE_KEYS } from './langfuse-keys.js';
import { DEV_VARS, nameOf } from './local-keys.js';

/**
 * Removes the block. Keys that a person filled in stay, with all text around them.
 * @returns the change, the names of the keys that stay, and whether the file began with the block, which
 * means that init created it
 */
export function undoLocalKeys(
  file: LocalVarsFile,
  block: string,
): { changes: Change[]; kept: string[]; wasMade: boolean } {
  const { path, text } = file;
  const comment = (block.split('\n')[0] ?? '').trim();
  const start = startOfLine(text, comment);
  const local = clearLocal(text);
  /** Also empties the values that `--local` filled in on lines that stay. */
  const changed = (edits: readonly Edit[]) => {
    const rest = local.filter(({ start: at }) => !edits.some((edit) => edit.start <= at && at < edit.end));
    return about('secrets', modify(path, text, [...edits, ...rest]));
  };
  if (start === undefined) return { changes: changed([]), kept: [], wasMade: false };
  const lines = ownLines(text, start);
  const wasMade = start === 0;
  const kept = lines.filter((line) => line.value !== '').map((line) => line.name);
  if (kept.length > 0) {
    const empty = lines.filter((line) => line.value === '' && line.name !== '');
    return { changes: changed(empty.map((line) => deletion(line.start, line.end))), kept, wasMade };
  }
  const end = lines.at(-1)?.end ?? text.length;
  if (start === 0 && end === text.length && path === DEV_VARS) {
    return { changes: about('secrets', [{ action: 'delete', path, before: text }]), kept, wasMade };
  }
  const lead = text[end - 1] === '\n' ? 0 : text.slice(0, start).endsWith('\r\n') ? 2 : start > 0 ? 1 : 0;
  return { changes: changed([deletion(start - lead, end)]), kept, wasMade };
}

interface OwnLine {
  readonly start: number;
  /** After the line break, if there is one. */
  readonly end: number;
  /** Empty for the comment. */
  readonly name: string;
  /** Empty if no person filled in a value. */
  readonly value: string;
}

/** The comment at `start`, and the lines directly below it that set our keys. */
function ownLines(text: string, start: number): OwnLine[] {
  const lines: OwnLine[] = [];
  for (let at = start; at < text.length; ) {
    const feed = text.indexOf('\n', at);
    const end = feed === -1 ? text.length : feed + 1;
    const line = text.slice(at, end).trim();
    const key = LANGFUSE_KEYS.find(({ name }) => name === nameOf(line));
    if (at > start && !key) break;
    const written = line.slice(line.indexOf('=') + 1).replace(/^(["'])(.*)\1$/, '$2');
    const value = written === key?.local ? '' : written;
    lines.push({ start: at, end, name: at > start ? nameOf(line) : '', value: at > start ? value : '' });
    at = end;
  }
  return lines;
}

function startOfLine(text: string, line: string): number | undefined {
  const at = `\n${text}`.indexOf(`\n${line}`);
  return at === -1 || line === '' ? undefined : at;
}
