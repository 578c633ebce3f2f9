import type { Finding } from './findings.js';
import type { Change, Plan } from './plan.js';
import type { Project } from './project/project.js';
import { type FileRecord, hashOf, type ObserveRecord, RECORD_FILE, readRecord, undoEdits } from './record.js';

/** Keeps Loom's database out of version control: it stays as long as the database does. */
const LOOM_IGNORE = '.loom/.gitignore';
const LOOM_DATABASE = '.loom/loom.db';

/** The opposite proposal: what takes out again what `init` put in. */
export async function planRemove(project: Project): Promise<Plan> {
  const recordText = project.text(RECORD_FILE);
  const record = recordText === undefined ? undefined : readRecord(recordText);
  const sources = await planSources(project, record);
  const files = Object.entries(record?.files ?? {})
    .filter(([path]) => path !== LOOM_IGNORE || !project.exists(LOOM_DATABASE))
    .map(([path, file]) => undoFile(path, file, project.text(path)));
  const leftovers = project.exists(LOOM_DATABASE) ? [databaseKept()] : [];
  const changes = [...sources, ...files.flatMap((file) => file.changes)];
  return {
    workers: [
      {
        dir: '.',
        name: project.name,
        config: project.config && { path: project.config.path, format: project.config.format },
        tools: [],
      },
    ],
    findings: [...files.flatMap((file) => file.findings), ...leftovers],
    changes:
      recordText === undefined
        ? changes
        : [...changes, { action: 'delete', path: RECORD_FILE, before: recordText }],
  };
}

async function planSources(project: Project, record: ObserveRecord | undefined): Promise<Change[]> {
  const traced = project.sources.filter(({ text }) => text.includes('@create-something/observability'));
  if (traced.length === 0) return [];
  const [{ readSource }, { untraceTools }] = await Promise.all([
    import('./tools/read-source.js'),
    import('./rewrite/rewrite-source.js'),
  ]);
  return traced.flatMap(({ path, text }) => {
    const own = new Set(record?.own?.[path]);
    const reading = readSource(path, text, { aiBinding: project.aiBinding });
    const edits = untraceTools(reading, (site) => own.has(site.name));
    return edits.length > 0 ? [{ action: 'modify', path, before: text, edits } as const] : [];
  });
}

function undoFile(
  path: string,
  file: FileRecord,
  text: string | undefined,
): { changes: Change[]; findings: Finding[] } {
  if (text === undefined) return { changes: [], findings: [] };
  if (file.created) {
    if (file.hash === hashOf(text))
      return { changes: [{ action: 'delete', path, before: text }], findings: [] };
    return {
      changes: [],
      findings: [
        kept(path, 'was changed since `init` wrote it', `Delete ${path} yourself if you no longer need it.`),
      ],
    };
  }
  const edits = undoEdits(file, text);
  if (edits) return { changes: [{ action: 'modify', path, before: text, edits }], findings: [] };
  const fix = `Take out by hand what \`init\` put into ${path}; \`git log -p -- ${path}\` shows it.`;
  return { changes: [], findings: [kept(path, 'was changed where `init` wrote', fix)] };
}

function databaseKept(): Finding {
  const fix = 'Delete the .loom folder when you no longer need what it recorded.';
  return { ...kept(LOOM_DATABASE, 'holds your sessions and issues', fix), level: 'info' };
}

function kept(path: string, why: string, fix: string): Finding {
  return {
    rule: 'remove/file-kept',
    level: 'warning',
    file: path,
    line: 1,
    message: `${path} ${why}; it was left as it is.`,
    fix,
  };
}
