import { isRecord, recordsOf, textOrNull } from '../json-values.js';
import type { FileChange } from './tools.js';

/** The file change in a result. Counts lines only; their text is not stored. */
export function reportedChange(result: unknown): FileChange | null {
  if (!isRecord(result)) {
    return null;
  }
  const path = textOrNull(result.filePath) ?? textOrNull(result.notebook_path);
  const patch = Array.isArray(result.structuredPatch) ? result.structuredPatch.filter(isRecord) : undefined;
  if (!path || !patch) {
    return null;
  }
  const lines = patch.flatMap((hunk) => (Array.isArray(hunk.lines) ? hunk.lines.map(String) : []));
  const created = result.type === 'create';
  return {
    path,
    type: created ? 'created' : 'modified',
    added: created ? lineCount(result.content) : lines.filter((line) => line.startsWith('+')).length,
    removed: lines.filter((line) => line.startsWith('-')).length,
  };
}

/** The requested change of a tool, if the result has no details (subagents and notebooks). */
export function requestedChange(tool: string | null, input: unknown): FileChange | null {
  if (!isRecord(input)) {
    return null;
  }
  const path = textOrNull(input.file_path) ?? textOrNull(input.notebook_path);
  if (!path) {
    return null;
  }
  switch (tool) {
    case 'Write':
      return { path, type: 'created', added: lineCount(input.content), removed: 0 };
    case 'Edit':
      return { path, type: 'modified', ...replaced(input.old_string, input.new_string) };
    case 'MultiEdit': {
      const edits = recordsOf(input.edits).map((edit) => replaced(edit.old_string, edit.new_string));
      return {
        path,
        type: 'modified',
        added: edits.reduce((sum, { added }) => sum + added, 0),
        removed: edits.reduce((sum, { removed }) => sum + removed, 0),
      };
    }
    case 'NotebookEdit': {
      const [cell, deleted] = [lineCount(input.new_source), input.edit_mode === 'delete'];
      return { path, type: 'modified', added: deleted ? 0 : cell, removed: 0 };
    }
    default:
      return null;
  }
}

/** Lines of a text. A final line break does not start another line. */
export function lineCount(text: unknown): number {
  if (typeof text !== 'string' || text === '') {
    return 0;
  }
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

/** Without the lines that both texts start or end with. An edit repeats these to find its place. */
function replaced(before: unknown, after: unknown): { added: number; removed: number } {
  const [old, now] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < Math.min(old.length, now.length) && old[start] === now[start]) {
    start += 1;
  }
  let end = 0;
  while (end < Math.min(old.length, now.length) - start && old.at(-1 - end) === now.at(-1 - end)) {
    end += 1;
  }
  return { added: now.length - start - end, removed: old.length - start - end };
}

function linesOf(text: unknown): string[] {
  if (typeof text !== 'string' || text === '') {
    return [];
  }
  const lines = text.split('\n');
  return text.endsWith('\n') ? lines.slice(0, -1) : lines;
}
