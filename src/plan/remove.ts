import { posix } from 'node:path';
import { type Finding, finding } from '../core/findings.js';
import { about, type Change, modify, type Plan, rewrite } from '../core/plan.js';
import { type FileRecord, hashOf, isLaidOutSource, RECORD_FILE, writeRecord } from '../core/record.js';
import { tarballsIn } from '../core/tarballs.js';
import type { LocalVarsFile } from '../project/local-vars.js';
import { loomFolder } from '../project/loom-folder.js';
import type { Neighbour, ProjectSnapshot } from '../project/snapshot.js';
import type { readSource } from '../rewrite/read-source.js';
import type { hasSameCode } from '../rewrite/same-program.js';
import type { ownWrappers, untraceTools } from '../rewrite/untrace-tools.js';
import { agentFilePath } from '../scaffold/agent-files.js';
import { DEV_VARS } from '../scaffold/local-keys.js';
import { OBSERVABILITY_PACKAGE } from '../scaffold/package-json.js';
import { undoLocalKeys } from '../scaffold/undo-local-keys.js';
import { type Layouts, withLayout } from './layouts.js';
import { lineEdits } from './line-edits.js';
import { planServerRemoval } from './remove-server.js';
import { undoEdits } from './undo-steps.js';

/**
 * The opposite plan: removes what `init` added.
 * @param keysBlock the block for keys that `init` wrote
 * @param compiler undefined if `hasTraces` finds nothing to parse
 * @param layouts formatted texts of the files that stay
 * @param neighbours Workers that stay set up; the files that they need stay too
 */
export function planRemove(
  project: ProjectSnapshot,
  keysBlock: string,
  compiler: SourceUndo | undefined,
  neighbours: readonly Neighbour[] = [],
  layouts?: Layouts,
): Plan {
  const recordText = project.text(RECORD_FILE);
  const { record } = project;
  const others = neighbours.map((neighbour) => ({ ...neighbour, needs: needsOf(neighbour) }));
  const isNeeded = (path: string) => others.some(({ needs }) => needs(path));
  const loom = loomFolder(project);
  const database = `${loom}/loom.db`;
  const sources = planSources(project, isNeeded, compiler);
  const keys = removeKeys(project, keysBlock);
  const stays = (path: string) =>
    // This file keeps Loom's database out of version control, so it stays as long as the database.
    (/(?:^|\/)\.loom\/\.gitignore$/.test(path) && project.exists(`${posix.dirname(path)}/loom.db`)) ||
    (path === '.gitignore' && keys.guardsKeys);
  const entries = Object.entries(record?.files ?? {});
  const files = entries
    .filter(([path, file]) => !stays(path) && !isNeeded(path) && !isLaidOutSource(file))
    .map(([path, file]) => undoFile(path, file, project));
  const handedOn = entries.filter(([path]) => isNeeded(path));
  const isLast = !others.some(({ project }) => project.record?.layers.includes('loom'));
  const server = isLast ? planServerRemoval(project, loom) : { changes: [], findings: [] };
  const leftovers = isLast && project.exists(database) ? [databaseKept(database)] : [];
  const end: Change[] =
    recordText === undefined ? [] : [{ action: 'delete', path: RECORD_FILE, before: recordText }];
  return {
    workers: [
      {
        dir: '.',
        name: project.name,
        config: project.config && { path: project.config.path, format: project.config.format },
        tools: [],
        servers: [],
      },
    ],
    findings: [
      ...files.flatMap((file) => file.findings),
      ...keys.findings,
      ...handedOn.map(([path]) => shared(path)),
      ...server.findings,
      ...leftovers,
    ],
    changes: [
      ...about(
        'source',
        sources.flatMap((change) => withLayout(change, layouts)),
      ),
      ...about('file', [...files.flatMap((file) => file.changes), ...server.changes]),
      ...keys.changes,
      ...about('record', [...passToNeighbour(handedOn, others), ...end]),
    ],
  };
}

/** Code that needs the parser, loaded only if there is something to parse. */
export interface SourceUndo {
  readonly readSource: typeof readSource;
  readonly ownWrappers: typeof ownWrappers;
  readonly hasSameCode: typeof hasSameCode;
  readonly untraceTools: typeof untraceTools;
}

/** True if removal has to read sources. */
export function hasTraces({ sources }: ProjectSnapshot): boolean {
  return sources.some(isTraced);
}

function isTraced({ text }: { readonly text: string }): boolean {
  return text.includes(OBSERVABILITY_PACKAGE);
}

function planSources(
  project: ProjectSnapshot,
  isNeeded: (path: string) => boolean,
  compiler: SourceUndo | undefined,
): Change[] {
  if (compiler === undefined) return [];
  const { record } = project;
  const traced = project.sources.filter((source) => isTraced(source) && !isNeeded(source.path));
  return traced.flatMap(({ path, text }) => {
    const before = textBefore(record?.files[path], text, project);
    // A record is untrusted and may contain any text.
    if (before !== undefined && compiler.hasSameCode(path, text, before))
      return modify(path, text, lineEdits(text, before));
    const own = new Set(record?.own?.[path]);
    const registrars = record?.registrars ?? [];
    const reading = compiler.readSource(path, text, { aiBinding: project.aiBinding, registrars });
    return modify(path, text, compiler.untraceTools(reading, compiler.ownWrappers(reading, own)));
  });
}

/** The source before a formatter changed it together with our code; undefined if it changed since. */
function textBefore(
  entry: FileRecord | undefined,
  text: string,
  project: ProjectSnapshot,
): string | undefined {
  if (entry?.before === undefined || !isLaidOutSource(entry) || entry.hash !== hashOf(text)) return undefined;
  return project.keptInGit(entry.before);
}

/** Files that a neighbour still uses: its sources, package.json and Loom, and the files in its record. */
function needsOf({ project, dir }: Neighbour): (path: string) => boolean {
  const sources = project.sources.filter((source) => source.reachable).map((source) => source.path);
  const manifests = [
    project.packageJson ?? 'package.json',
    ...sources.flatMap((path) => project.packageJsonOf(path) ?? []),
  ];
  const recorded = Object.keys(project.record?.files ?? {});
  const hasLoom = project.record?.layers.includes('loom') === true;
  const loom = hasLoom ? [loomFolder(project)] : [];
  const loomManifests = loom.flatMap((folder) => project.packageJsonOf(`${folder}/sync.mjs`) ?? []);
  const forAgents = (project.record?.agentFiles ?? []).map((name) =>
    agentFilePath(name, loomFolder(project)),
  );
  const tarballs = [...manifests, ...loomManifests].flatMap((path) =>
    tarballsIn(path, project.text(path) ?? ''),
  );
  const all = [...sources, ...manifests, ...loomManifests, ...forAgents, ...recorded, ...tarballs];
  const paths = new Set(all.map((path) => posix.join(dir, path)));
  const folders = loom.map((folder) => `${posix.join(dir, folder)}/`);
  return (path) => paths.has(path) || folders.some((folder) => path.startsWith(folder));
}

/** Changes of `init` in a shared file move to the record of the Worker that keeps it. */
function passToNeighbour(
  entries: readonly (readonly [string, FileRecord])[],
  others: readonly (Neighbour & { needs(path: string): boolean })[],
): Change[] {
  return others.flatMap(({ project, dir, needs }) => {
    const text = project.text(RECORD_FILE);
    if (text === undefined) return [];
    const { record } = project;
    if (record === undefined) return [];
    const theirs = entries
      .filter(([path]) => needs(path))
      .map(([path, file]) => [posix.relative(dir, path), file] as const)
      .filter(([path]) => record.files[path] === undefined);
    if (theirs.length === 0) return [];
    const files = { ...record.files, ...Object.fromEntries(theirs) };
    return rewrite(posix.join(dir, RECORD_FILE), text, writeRecord({ ...record, files }));
  });
}

function removeKeys(
  project: ProjectSnapshot,
  block: string,
): { changes: Change[]; findings: Finding[]; guardsKeys: boolean } {
  const { devVars, envFiles } = project.localVars;
  const present = [devVars, ...envFiles].filter((file): file is LocalVarsFile => file !== undefined);
  const undone = present.map((file) => ({ file, ...undoLocalKeys(file, block) }));
  // Keys in a file that we created must not end up in the next commit.
  const isLeft = ({ file, changes, kept: names, wasMade }: (typeof undone)[number]) =>
    file.path === DEV_VARS && (names.length > 0 || (wasMade && changes[0]?.action !== 'delete'));
  return {
    changes: undone.flatMap(({ changes }) => changes),
    findings: undone.flatMap(({ file, kept: names }) =>
      names.length > 0 ? [keysKept(file.path, names)] : [],
    ),
    guardsKeys: undone.some(isLeft),
  };
}

function undoFile(
  path: string,
  file: FileRecord,
  project: ProjectSnapshot,
): { changes: Change[]; findings: Finding[] } {
  const text = project.text(path);
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
  if (file.before !== undefined) {
    const before = file.hash === hashOf(text) ? project.keptInGit(file.before) : undefined;
    if (before !== undefined) return { changes: rewrite(path, text, before), findings: [] };
    const fix = 'Run your package manager’s install to drop the unused packages.';
    return { changes: [], findings: [kept(path, 'was changed since `init` ran the install', fix)] };
  }
  const edits = undoEdits(file, text);
  if (edits) return { changes: [{ action: 'modify', path, before: text, edits }], findings: [] };
  const fix = `Remove what \`init\` added to ${path} by hand; \`git log -p -- ${path}\` shows it.`;
  return { changes: [], findings: [kept(path, 'was changed where `init` wrote', fix)] };
}

function databaseKept(database: string): Finding {
  const fix = 'Delete the .loom folder when you no longer need what it recorded.';
  return { ...kept(database, 'holds your sessions and issues', fix), level: 'info' };
}

function keysKept(path: string, names: readonly string[]): Finding {
  const fix = `Remove ${names.join(', ')} from ${path} yourself if nothing else uses them.`;
  return { ...kept(path, 'holds keys that you filled in', fix), level: 'info' };
}

function shared(path: string): Finding {
  const fix = 'Run remove for that Worker too.';
  return { ...kept(path, 'is shared with a Worker that stays set up', fix), level: 'info' };
}

function kept(path: string, why: string, fix: string): Finding {
  return finding({
    rule: 'remove/file-kept',
    file: path,
    line: 1,
    message: `${path} ${why}; it was kept.`,
    fix,
  });
}
