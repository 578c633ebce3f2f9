import { posix } from 'node:path';
import type { Change, Plan } from '../core/plan.js';
import type { WorkerPlan } from '../plan/join.js';
import type { Member } from './member.js';

/** The plan of one Worker, and the registrars it was made with. */
export interface MemberPlan extends WorkerPlan {
  readonly member: Member;
  readonly registrars: readonly string[];
}

/**
 * A source file that several Workers change is changed once, by the first of them. If they name different
 * registrars, each plan uses the registrars of all, so that no tool is missed.
 * @param planOf plans one Worker with the given registrars
 */
export function withSharedRegistrars(
  parts: readonly MemberPlan[],
  planOf: (member: Member, registrars: readonly string[]) => Plan,
): WorkerPlan[] {
  const changes = new Map<string, Change>();
  for (const [path, [first, ...more]] of changersOf(parts)) {
    const registrars = [...new Set([first, ...more].flatMap((part) => part.registrars))].sort();
    if (registrars.length === first.registrars.length) continue;
    const { changes: replanned } = planOf(first.member, registrars);
    const change = replanned.find((one) => posix.join(first.dir, one.path) === path);
    if (change) changes.set(path, change);
  }
  return parts.map(({ dir, plan }) => ({
    dir,
    plan: {
      ...plan,
      changes: plan.changes.map((change) => {
        const together = changes.get(posix.join(dir, change.path));
        return together ? { ...together, path: change.path } : change;
      }),
    },
  }));
}

/** The Workers that change a source file, by its path from the base. The first one's change is used. */
function changersOf(parts: readonly MemberPlan[]): Map<string, [MemberPlan, ...MemberPlan[]]> {
  const changers = new Map<string, [MemberPlan, ...MemberPlan[]]>();
  for (const part of parts) {
    for (const { path, purpose } of part.plan.changes) {
      if (purpose !== 'source') continue;
      const at = posix.join(part.dir, path);
      changers.set(at, [...(changers.get(at) ?? []), part] as [MemberPlan, ...MemberPlan[]]);
    }
  }
  return changers;
}
