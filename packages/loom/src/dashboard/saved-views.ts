import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { EXIT, LoomError } from '../errors.js';
import { jsonOrUndefined } from '../json-values.js';
import { SavedView } from './contract/saved-views.js';

/** In `.loom`. Commit it to share the views with your team. */
const VIEWS_FILE = 'views.json';
const MAX_VIEWS = 100;

const ViewsFile = z.strictObject({ version: z.literal(1), views: z.array(SavedView) });

/** Throws a LoomError if the file is invalid. */
export function readSavedViews(loomDir: string): SavedView[] {
  const path = join(loomDir, VIEWS_FILE);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return [];
    }
    throw unreadable((error as Error).message);
  }
  const read = ViewsFile.safeParse(jsonOrUndefined(text));
  if (!read.success) {
    const [issue] = read.error.issues;
    throw unreadable([issue?.path.join('.'), issue?.message].filter(Boolean).join(': '));
  }
  return read.data.views;
}

/** Adds the view, or replaces the view with the same name. */
export function saveView(loomDir: string, view: SavedView): void {
  const others = readSavedViews(loomDir).filter(({ name }) => name !== view.name);
  if (others.length >= MAX_VIEWS) {
    throw new LoomError(`There are ${MAX_VIEWS} saved views already.`, 'Remove one first.', EXIT.failed);
  }
  write(loomDir, [...others, view]);
}

export function removeView(loomDir: string, name: string): void {
  write(
    loomDir,
    readSavedViews(loomDir).filter((view) => view.name !== name),
  );
}

/** Sorted by name, so that branches merge. The file is replaced atomically. */
function write(loomDir: string, views: readonly SavedView[]): void {
  const path = join(loomDir, VIEWS_FILE);
  const sorted = [...views].sort((a, b) => (a.name < b.name ? -1 : 1));
  const text = `${JSON.stringify({ version: 1, views: sorted }, null, 2)}\n`;
  try {
    writeFileSync(`${path}.tmp`, text);
    renameSync(`${path}.tmp`, path);
  } catch (error) {
    throw new LoomError(
      `.loom/${VIEWS_FILE} can't be written: ${(error as Error).message}`,
      'Make the folder writable.',
      EXIT.failed,
    );
  }
}

function unreadable(why: string): LoomError {
  return new LoomError(
    `.loom/${VIEWS_FILE} can't be read: ${why}.`,
    'Fix it by hand, or remove it.',
    EXIT.failed,
  );
}
