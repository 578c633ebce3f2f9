import { type Finding, finding } from '../core/findings.js';
import type { Change } from '../core/plan.js';
import { hashOf } from '../core/record.js';
import type { ProjectSnapshot } from '../project/snapshot.js';

/** The file in Loom's folder where `lm deploy` records what it wrote. */
const SERVER_FOLDER = 'server';
const SERVER_RECORD = 'deploy.json';

/** `remove` deletes the files of `lm deploy` with Loom's folder, and keeps a file that a person changed. */
export function planServerRemoval(
  project: ProjectSnapshot,
  loom: string,
): { changes: Change[]; findings: Finding[] } {
  const folder = `${loom}/${SERVER_FOLDER}`;
  const path = `${folder}/${SERVER_RECORD}`;
  const text = project.text(path);
  const hashes = text === undefined ? undefined : hashesIn(text);
  if (text === undefined || hashes === undefined) return { changes: [], findings: [] };
  const files = Object.entries(hashes).flatMap(([name, hash]) => {
    const file = `${folder}/${name}`;
    const before = project.text(file);
    return before === undefined ? [] : [{ path: file, before, isOurs: hashOf(before) === hash }];
  });
  const edited = files.filter(({ isOurs }) => !isOurs);
  return {
    changes: [...files.filter(({ isOurs }) => isOurs), { path, before: text }].map(({ path, before }) => ({
      action: 'delete',
      path,
      before,
    })),
    findings: [...edited.map(({ path }) => editedFile(path)), deployed(folder)],
  };
}

/** The hashes by file name. Undefined if a person changed the record. Then nothing is deleted. */
function hashesIn(text: string): Record<string, string> | undefined {
  try {
    const files: unknown = JSON.parse(text).files;
    const entries = Object.entries(files ?? {});
    const isOurs = entries.every(([name, hash]) => /^[\w.-]+$/.test(name) && typeof hash === 'string');
    return isOurs ? Object.fromEntries(entries) : undefined;
  } catch {
    return undefined;
  }
}

function editedFile(path: string): Finding {
  return finding({
    rule: 'remove/file-kept',
    file: path,
    line: 1,
    message: `${path} was changed since \`lm deploy\` wrote it; it was kept.`,
    fix: `Delete ${path} yourself if you no longer need it.`,
  });
}

function deployed(folder: string): Finding {
  const kept = finding({
    rule: 'remove/file-kept',
    file: `${folder}/wrangler.jsonc`,
    line: 1,
    message: 'The team server and its database stay in your Cloudflare account, if they were deployed.',
    fix: 'Delete them with `npx wrangler delete --name <name>` and `npx wrangler d1 delete <name>`.',
  });
  return { ...kept, level: 'info' };
}
