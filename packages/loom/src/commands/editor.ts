import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT, LoomError } from '../errors.js';
import type { IssuePatch } from '../issues/edit.js';
import { ISSUE_STATES, type Issue, type IssueState } from '../issues/issue.js';

export interface Edited {
  readonly patch: IssuePatch;
  readonly status: IssueState | undefined;
}

/** Opens an issue as text in $VISUAL or $EDITOR. */
export function editInEditor(issue: Issue, env: NodeJS.ProcessEnv): Edited {
  const editor = env.VISUAL || env.EDITOR;
  if (!editor) {
    throw new LoomError(
      'There is no editor to open: $EDITOR is not set.',
      'Set it, such as EDITOR=vi, or pass the change: lm edit <id> --title "…".',
      EXIT.usage,
    );
  }
  const dir = mkdtempSync(join(tmpdir(), 'lm-edit-'));
  const path = join(dir, `${issue.id}.md`);
  try {
    const before = issueText(issue);
    writeFileSync(path, before);
    // The value may have arguments, such as `code --wait`, so a shell must read it.
    const ran = spawnSync(`${editor} "${path}"`, { shell: true, stdio: 'inherit' });
    if (ran.status !== 0) {
      throw new LoomError(`${editor} ended with status ${ran.status}.`, 'Nothing was changed.', EXIT.failed);
    }
    return readIssueText(readFileSync(path, 'utf8'));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const SECTIONS = ['description', 'design', 'acceptance', 'notes'] as const;

/** An issue as editable text: fields first, then a section for each long text. */
export function issueText(issue: Issue): string {
  const date = (at: number | null) => (at === null ? '' : new Date(at).toISOString().slice(0, 10));
  return [
    `title: ${issue.title}`,
    `status: ${issue.status}`,
    `type: ${issue.type}`,
    `priority: ${issue.priority}`,
    `labels: ${issue.labels.join(', ')}`,
    `assignee: ${issue.assignee ?? ''}`,
    `parent: ${issue.parent_id ?? ''}`,
    `due: ${date(issue.due_at)}`,
    `defer: ${date(issue.defer_until)}`,
    ...SECTIONS.flatMap((name) => ['', `## ${name}`, '', ...(issue[name] ? [issue[name]] : [])]),
    '',
  ].join('\n');
}

export function readIssueText(text: string): Edited {
  const [head = '', ...sections] = text.split(/^## (?=(?:description|design|acceptance|notes)\s*$)/m);
  const fields = new Map(
    head.split('\n').flatMap((line): [string, string][] => {
      const at = line.indexOf(':');
      return at < 0 ? [] : [[line.slice(0, at).trim(), line.slice(at + 1).trim()]];
    }),
  );
  const texts = new Map(
    sections.map((section): [string, string | null] => {
      const end = section.indexOf('\n');
      return end < 0
        ? [section.trim(), null]
        : [section.slice(0, end).trim(), section.slice(end + 1).trim() || null];
    }),
  );
  const status = fields.get('status');
  if (status !== undefined && !ISSUE_STATES.some((state) => state === status)) {
    throw new LoomError(
      `"${status}" is not a state of an issue.`,
      `Use one of ${ISSUE_STATES.join(', ')}. Nothing was changed.`,
      EXIT.usage,
    );
  }
  const priority = fields.get('priority');
  return {
    patch: {
      title: fields.get('title'),
      type: fields.get('type') || undefined,
      priority: priority === undefined ? undefined : Number(priority),
      labels: fields
        .get('labels')
        ?.split(',')
        .map((label) => label.trim())
        .filter(Boolean),
      assignee: orNull(fields.get('assignee')),
      parent_id: orNull(fields.get('parent')),
      due_at: dateOf(fields.get('due')),
      defer_until: dateOf(fields.get('defer')),
      description: texts.get('description'),
      design: texts.get('design'),
      acceptance: texts.get('acceptance'),
      notes: texts.get('notes'),
    },
    status: status as IssueState | undefined,
  };
}

function orNull(text: string | undefined): string | null | undefined {
  return text === '' ? null : text;
}

function dateOf(text: string | undefined): number | null | undefined {
  if (text === undefined || text === '') {
    return text === undefined ? undefined : null;
  }
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(at)) {
    throw new LoomError(`"${text}" is no date.`, 'Write YYYY-MM-DD. Nothing was changed.', EXIT.usage);
  }
  return at;
}
