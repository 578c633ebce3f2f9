import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, LoomError } from '../errors.js';
import { readIssueText } from './editor.js';

export interface Template {
  readonly description?: string | undefined;
  readonly design?: string | undefined;
  readonly acceptance?: string | undefined;
  readonly notes?: string | undefined;
  readonly type?: string | undefined;
  readonly priority?: number | undefined;
  readonly labels?: readonly string[] | undefined;
}

/** A template has the same format as `lm edit`. Without sections, the whole text is the description. */
export function readTemplate(loomDir: string, name: string): Template {
  const dir = join(loomDir, 'templates');
  const path = join(dir, `${name}.md`);
  if (!/^[\w.-]+$/.test(name) || !existsSync(path)) {
    const known = existsSync(dir)
      ? readdirSync(dir)
          .filter((file) => file.endsWith('.md'))
          .map((file) => file.slice(0, -'.md'.length))
      : [];
    throw new LoomError(
      `There is no template "${name}".`,
      known.length > 0
        ? `Use one of ${known.join(', ')}.`
        : `Write one to ${path}: lines such as "type: bug", then "## description" and its text.`,
      EXIT.notFound,
    );
  }
  const text = readFileSync(path, 'utf8');
  if (!/^## (description|design|acceptance|notes)\s*$/m.test(text)) {
    return { description: text.trim() };
  }
  const { patch } = readIssueText(text);
  return {
    description: patch.description ?? undefined,
    design: patch.design ?? undefined,
    acceptance: patch.acceptance ?? undefined,
    notes: patch.notes ?? undefined,
    type: patch.type,
    priority: patch.priority,
    labels: patch.labels,
  };
}
