import { posix } from 'node:path';
import { AGENT_FILE_PATHS } from '../core/agent-files.js';
import { splice } from '../core/edits.js';
import { type Finding, finding, lineAt } from '../core/findings.js';
import type { Change } from '../core/plan.js';
import { RECORD_FILE } from '../core/record.js';
import type { Repository } from '../project/repository.js';
import type { ProjectSnapshot } from '../project/snapshot.js';
import { OBSERVABILITY_PACKAGE } from '../scaffold/package-json.js';

/** Package managers change these files with every install, so no set-up depends on them. */
const LOCKFILE =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?)$/;

/** A config with a name that Wrangler reads. */
const CONFIG = /(?:^|\/)wrangler\.(?:jsonc?|toml)$/;

/**
 * Set-up files that a clone would not have, so the check would pass here and fail there. A set-up that is not
 * committed at all is still in progress, so it is not reported.
 */
export function notInClone(
  project: ProjectSnapshot,
  changes: readonly Change[],
  isExcepted: (path: string) => boolean = () => false,
): Finding[] {
  const { repository } = project;
  if (repository === undefined) return outsideRepository(project, changes);
  const paths = setUpPaths(project, changes);
  const foreign = new Map<string, string[]>();
  const own: string[] = [];
  for (const path of paths) {
    const folder = repository.foreignFolder(path);
    if (folder === undefined) own.push(path);
    else foreign.set(folder, [...(foreign.get(folder) ?? []), path]);
  }
  const ignored = new Set([...repository.ignored(own)].filter((path) => !isExcepted(path)));
  const forgotten = notCommitted(
    project,
    repository,
    own.filter((path) => !ignored.has(path)),
    changes,
  );
  return [
    ...byFolder([...ignored]).map(([folder, files]) => ignoredFinding(folder, files)),
    ...forgotten.map(uncommittedFinding),
    ...[...foreign].flatMap(([folder, files]) => foreignFinding(folder, files, { repository, changes })),
    ...outsideRepository(project, changes),
  ];
}

/** All files of the set-up, including those that the plan would write. */
export function setUpPaths(project: ProjectSnapshot, changes: readonly Change[]): string[] {
  const planned = changes.filter(({ purpose }) => purpose !== 'secrets').map(({ path }) => path);
  const recorded = Object.keys(project.record?.files ?? {});
  const traced = project.sources
    .filter((source) => source.reachable && isTraced(source))
    .map(({ path }) => path);
  const isSetUp = planned.length + recorded.length + traced.length > 0;
  const all = new Set([...planned, ...recorded, ...traced, ...(isSetUp ? [RECORD_FILE] : [])]);
  // If the config is git-ignored and has a committed template, the template has the change too.
  const configs = [project.config?.path, project.configExample?.path];
  const hasTemplate = configs.some((path) => path !== undefined && !CONFIG.test(path));
  // A record is untrusted, and no file name contains a NUL.
  const isFile = (path: string) => !path.includes('\0') && !LOCKFILE.test(path);
  return [...all]
    .filter((path) => isFile(path) && !isForAgents(path) && !(hasTemplate && CONFIG.test(path)))
    .sort();
}

/** A team may keep such files out of version control: the set-up works without them. */
function isForAgents(path: string): boolean {
  return Object.values(AGENT_FILE_PATHS).some((one) => path === one || path.endsWith(`/${one}`));
}

function isTraced({ text }: { readonly text: string }): boolean {
  return text.includes(OBSERVABILITY_PACKAGE);
}

/** Files of a partly committed set-up. */
function notCommitted(
  project: ProjectSnapshot,
  repository: Repository,
  paths: readonly string[],
  changes: readonly Change[],
): string[] {
  const planned = new Set(changes.map(({ path }) => path));
  const present = paths.filter((path) => !planned.has(path) && project.text(path) !== undefined);
  const isCreated = (path: string) => path === RECORD_FILE || project.record?.files[path]?.created === true;
  const created = present.filter(isCreated);
  const gained = present.filter((path) => !isCreated(path) && isTraced({ text: project.text(path) ?? '' }));
  const tracked = repository.tracked(created);
  const holding = repository.holding(OBSERVABILITY_PACKAGE, gained);
  if (tracked.size === 0 && holding.size === 0) return [];
  return [...created.filter((path) => !tracked.has(path)), ...gained.filter((path) => !holding.has(path))];
}

/** One finding for a folder is enough: the same line of an ignore file hides all of it. */
function byFolder(paths: readonly string[]): [folder: string, files: string[]][] {
  const folders = new Map<string, string[]>();
  for (const path of paths) {
    const [first = path] = /^(?:\.\.\/)*[^/]+/.exec(path) ?? [];
    folders.set(first, [...(folders.get(first) ?? []), path]);
  }
  return [...folders];
}

/** True if a finding is about files that an ignore file hides. */
export function isHidden({ rule, message }: Finding): boolean {
  return rule === 'project/not-in-clone' && message.startsWith(IGNORED);
}

const IGNORED = 'git ignores ';

function ignoredFinding(folder: string, files: readonly string[]): Finding {
  const [first = folder] = files;
  const what = files.length === 1 ? first : `${folder} (${files.length} files of the set-up)`;
  const exception = files.length === 1 ? `!${posix.basename(first)}` : `!${folder}/`;
  return finding({
    rule: 'project/not-in-clone',
    file: first,
    line: 1,
    message: `${IGNORED}${what}: it is never committed, and a clone does not have it.`,
    fix: `Find the line that hides it: git check-ignore -v ${first}\nDelete that line, or add ${exception} below it: init --unignore does that for files that init makes. If you do not need the file, choose fewer layers: remove, then init --layers <those>.`,
    resolution: 'manual',
  });
}

function uncommittedFinding(file: string): Finding {
  return finding({
    rule: 'project/not-in-clone',
    file,
    line: 1,
    message: `${file} belongs to the set-up and is not committed, while other parts are: a clone would not have it.`,
    fix: `git add ${file}, and commit it.`,
    resolution: 'manual',
  });
}

function foreignFinding(
  folder: string,
  files: readonly string[],
  { repository, changes }: { readonly repository: Repository; readonly changes: readonly Change[] },
): Finding[] {
  const isPlanned = changes.some(({ path }) => files.includes(path));
  if (!isPlanned && repository.isUpToDate(folder)) return [];
  const [first = folder] = files;
  return [
    {
      rule: 'project/not-in-clone',
      level: 'warning',
      file: first,
      line: 1,
      message: `${folder} is a separate repository, such as a submodule, and the set-up changes ${files.length === 1 ? first : `${files.length} files`} in it. A clone has them only if you commit in both.`,
      fix: `Commit and push in ${folder}, then commit here that ${folder} points to it.`,
      resolution: 'manual',
    },
  ];
}

/** One of our packages that package.json takes from a path that only this machine has. */
const LOCAL_SPEC = /"(@create-something\/[\w-]{1,50})"\s*:\s*"(?:file|link|portal):([^"]{1,1000})"/g;

function outsideRepository(project: ProjectSnapshot, changes: readonly Change[]): Finding[] {
  const manifests = new Set([
    project.packageJson ?? 'package.json',
    ...changes.filter(({ purpose }) => purpose === 'dependency').map(({ path }) => path),
  ]);
  return [...manifests].flatMap((path) => {
    const text = textAfter(path, project, changes);
    return [...text.matchAll(LOCAL_SPEC)].flatMap((match) => {
      const [, name = '', target = ''] = match;
      const place = posix.isAbsolute(target) ? target : posix.join(posix.dirname(path), target);
      const why = unreachable(place, project);
      if (why === undefined) return [];
      return [
        finding({
          rule: 'package/not-in-clone' as const,
          file: path,
          line: lineAt(text, match.index),
          message: `${name} comes from ${target}, which ${why}: an install in a clone fails.`,
          fix: 'Before you commit, install it from the registry, or copy it into the repository: init --runtime vendor',
          resolution: 'manual' as const,
        }),
      ];
    });
  });
}

function textAfter(path: string, project: ProjectSnapshot, changes: readonly Change[]): string {
  const change = changes.find((one) => one.path === path);
  if (change?.action === 'create') return change.text;
  if (change?.action === 'modify') return splice(change.before, change.edits);
  return project.text(path) ?? '';
}

function unreachable(place: string, project: ProjectSnapshot): string | undefined {
  if (!project.isInRepository(place)) return 'is outside the repository';
  return project.repository?.ignored([place]).has(place) ? 'git ignores' : undefined;
}
