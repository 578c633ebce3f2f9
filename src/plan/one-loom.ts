import type { Finding } from '../core/findings.js';
import { about, type Change } from '../core/plan.js';
import { hashOf } from '../core/record.js';
import { loomFolders } from '../project/loom-folder.js';
import type { ProjectSnapshot } from '../project/snapshot.js';
import { earlierLoom } from './earlier-loom.js';

/**
 * Keeps one Loom in a repository: deletes the files of a Loom that `init` wrote elsewhere, except its
 * database, and reports other Looms.
 * @param folder the Loom to keep, relative to the project
 */
export function planOneLoom(
  project: ProjectSnapshot,
  folder: string,
): { readonly changes: readonly Change[]; readonly findings: readonly Finding[] } {
  const files = Object.entries(project.record?.files ?? {});
  const changes = files.flatMap(([path, { created, hash }]): Change[] => {
    const [, home] = /^((?:.*\/)?\.loom)\//.exec(path) ?? [];
    if (home === undefined || home === folder || !created) return [];
    // The ignore file keeps a database out of version control.
    if (path === `${home}/.gitignore` && project.exists(`${home}/loom.db`)) return [];
    const before = project.text(path);
    return before !== undefined && hashOf(before) === hash ? [{ action: 'delete', path, before }] : [];
  });
  const gone = new Set(changes.map(({ path }) => path));
  const isLeft = (home: string) => project.exists(`${home}/loom.db`) || !gone.has(`${home}/sync.mjs`);
  const others = loomFolders(project).filter((home) => home !== folder && isLeft(home));
  return {
    changes: about('loom', changes),
    findings: [...earlierLoom(project, folder), ...(others.length === 0 ? [] : [several(folder, others)])],
  };
}

function several(folder: string, others: readonly string[]): Finding {
  return {
    rule: 'loom/several-folders',
    level: 'info',
    file: `${others[0]}/sync.mjs`,
    line: 1,
    message: `This repository has ${others.length + 1} Looms: ${folder} is used here, and there is ${others.join(', ')}. Each has its own sessions, issues and cost.`,
    fix: 'To join them, run init for each Worker with --loom-dir <one folder>. Databases do not move. To move issues: lm export --beads --out issues.jsonl there, then lm import beads issues.jsonl here.',
    resolution: 'manual',
  };
}
