import { posix } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Edit, splice } from '../core/edits.js';
import { type Finding, finding } from '../core/findings.js';
import type { Change, Plan } from '../core/plan.js';

/** A plan for one Worker, and the folder its paths are relative to: itself relative to the whole, with `/`. */
export interface WorkerPlan {
  readonly dir: string;
  readonly plan: Plan;
}

/** The plans of several Workers as one. A file that two of them change is changed once. */
export function joinPlans(parts: readonly WorkerPlan[]): Plan {
  const moved = parts.map(({ dir, plan }) => rebased(plan, dir));
  const changes = new Map<string, Change>();
  const conflicts: Finding[] = [];
  for (const [index, { changes: own }] of moved.entries()) {
    for (const change of own) {
      const earlier = changes.get(change.path);
      const together = earlier === undefined ? change : merged(earlier, change);
      if (together) changes.set(change.path, together);
      else conflicts.push(conflict(change.path, parts[index]?.dir ?? '.'));
    }
  }
  return {
    workers: moved.flatMap((plan) => plan.workers),
    findings: unique([...moved.flatMap((plan) => plan.findings), ...conflicts]),
    changes: [...changes.values()],
  };
}

/**
 * Both changes as one; undefined where they contradict each other. Tool files are not mixed: whoever comes first
 * says how, and the others find them traced.
 */
function merged(first: Change, second: Change): Change | undefined {
  if (first.purpose === 'source' && second.purpose === 'source') return first;
  if (first.action !== 'modify' || second.action !== 'modify') {
    return isDeepStrictEqual(first, second) ? first : undefined;
  }
  const [ours, theirs] = [byPlace(first.edits), byPlace(second.edits)];
  const isDisputed = [...theirs].some(
    ([place, edits]) => ours.has(place) && !isDeepStrictEqual(ours.get(place), edits),
  );
  const edits = [...new Map([...ours, ...theirs]).values()].flat();
  return isDisputed || !fitsTogether(first.before, edits) ? undefined : { ...first, edits };
}

/** Two texts for one place have no order between them. */
function byPlace(edits: readonly Edit[]): Map<string, Edit[]> {
  const places = new Map<string, Edit[]>();
  for (const edit of edits) {
    const place = `${edit.start}:${edit.end}`;
    places.set(place, [...(places.get(place) ?? []), edit]);
  }
  return places;
}

function fitsTogether(before: string, edits: readonly Edit[]): boolean {
  try {
    splice(before, edits);
    return true;
  } catch {
    return false;
  }
}

function conflict(file: string, dir: string): Finding {
  return finding({
    rule: 'project/plans-conflict',
    file,
    line: 1,
    message: `Two Workers need different changes in ${file}; what ${dir} needs was skipped.`,
    fix: `Set up one Worker at a time, this one last: init ${dir}`,
    resolution: 'manual',
  });
}

function rebased(plan: Plan, dir: string): Plan {
  if (dir === '.') return plan;
  const at = (path: string) => posix.join(dir, path);
  return {
    workers: plan.workers.map((worker) => ({
      ...worker,
      dir: at(worker.dir),
      config: worker.config && { ...worker.config, path: at(worker.config.path) },
      tools: worker.tools.map((tool) => ({ ...tool, file: at(tool.file) })),
      servers: worker.servers.map((server) => ({ ...server, file: at(server.file) })),
    })),
    findings: plan.findings.map((finding) => ({ ...finding, file: at(finding.file) })),
    changes: plan.changes.map((change) => ({ ...change, path: at(change.path) })),
  };
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
