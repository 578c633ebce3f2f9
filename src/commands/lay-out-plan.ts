import { join, posix } from 'node:path';
import type { Change, Plan } from '../core/plan.js';
import { type Layout, type Layouts, textAfter, withLayout } from '../plan/layouts.js';
import type { ProofHost } from '../project/config-proof.js';
import { findFormatters } from '../project/formatter/find-formatters.js';
import { layOut } from '../project/formatter/lay-out.js';
import { nameInGit } from '../project/git.js';
import type { ProjectSnapshot } from '../project/snapshot.js';
import { OBSERVABILITY_PACKAGE } from '../scaffold/package-json.js';
import type { Member } from './member.js';
import type { Workers } from './workers.js';

/** A plan with the texts of the project's formatter. */
export interface LaidOut {
  readonly plan: Plan;
  /** By path from the base, without files that no formatter handled. */
  readonly layouts: Layouts;
}

/** Configs and manifests are edited in place and keep their style. */
const WANTED: ReadonlySet<Change['purpose']> = new Set(['source', 'loom', 'agents', 'file']);

/**
 * Formats the planned texts with the project's formatter, if a file was formatted before. It writes nothing.
 * @param planned plans again with layouts
 */
export async function laidOut(
  workers: Workers,
  plan: Plan,
  planned: (layouts: Layouts) => Promise<Plan>,
): Promise<LaidOut> {
  const layouts = await layoutsOf(workers, plan.changes, WANTED);
  const again = layouts.size === 0 ? plan : await planned(layouts);
  // The record is known now, so later steps can rely on it.
  const records = await layoutsOf(workers, again.changes, new Set(['record']));
  const changes = again.changes.flatMap((change) => withLayout(change, records));
  return { plan: { ...again, changes }, layouts: new Map([...layouts, ...records]) };
}

async function layoutsOf(
  workers: Workers,
  changes: readonly Change[],
  purposes: ReadonlySet<Change['purpose']>,
): Promise<Map<string, Layout>> {
  const layouts = new Map<string, Layout>();
  for (const [member, own] of byMember(workers, changes)) {
    const formatters = findFormatters(member.project);
    if (formatters.length === 0) continue;
    const texts = own.flatMap((change) => {
      const after = purposes.has(change.purpose) ? textAfter(change) : undefined;
      const before = change.action === 'modify' ? change.before : undefined;
      return after === undefined
        ? []
        : [{ change, path: join(workers.base, change.path), before, after } as const];
    });
    const results = await layOut(formatters, texts, host());
    for (const { change, path, before, after } of texts) {
      const text = results.get(path);
      if (text === undefined || !(await isSafe(change, after, text))) continue;
      layouts.set(change.path, { planned: after, text, ...nameBefore(change, before, workers) });
    }
  }
  return layouts;
}

/** A file outside of all Workers' folders belongs to the first Worker. */
function byMember({ members }: Workers, changes: readonly Change[]): Map<Member, Change[]> {
  const found = new Map<Member, Change[]>();
  for (const change of changes) {
    const within = members.filter(({ dir }) => !posix.relative(dir, change.path).startsWith('..'));
    const [owner = members[0]] = [...within].sort((a, b) => b.dir.length - a.dir.length);
    if (owner) found.set(owner, [...(found.get(owner) ?? []), change]);
  }
  return found;
}

/** If a formatter changes the meaning of a source, its output is not used. */
async function isSafe({ path, purpose }: Change, planned: string, text: string): Promise<boolean> {
  if (purpose !== 'source' || planned === text) return true;
  const { isSameProgram } = await import('../rewrite/same-program.js');
  return isSameProgram(path, planned, text);
}

function nameBefore(
  { purpose }: Change,
  before: string | undefined,
  { base, disk }: Workers,
): { before?: string } {
  if (purpose !== 'source' || before === undefined || before.includes(OBSERVABILITY_PACKAGE)) return {};
  const name = nameInGit(base, before, disk);
  return name === undefined ? {} : { before: name };
}

/** Formatted sources that git should keep, so that `remove` can restore them. */
export function textsToKeep(plan: Plan, layouts: Layouts | undefined): string[] {
  return plan.changes.flatMap((change) => {
    const layout = layouts?.get(change.path);
    const isNeeded = layout?.before !== undefined && layout.text !== layout.planned;
    return isNeeded && change.action === 'modify' ? [change.before] : [];
  });
}

/** The formatted text of one file, if it was formatted before. */
export async function inOwnLayout(
  project: ProjectSnapshot,
  { path, before, after }: { path: string; before: string; after: string },
): Promise<string> {
  const file = join(project.dir, path);
  const results = await layOut(findFormatters(project), [{ path: file, before, after }], host());
  return results.get(file) ?? after;
}

function host(): ProofHost {
  return { node: process.execPath, env: process.env };
}
