import { posix } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Edit, splice } from '../core/edits.js';
import { type Finding, finding } from '../core/findings.js';
import type { Change, Plan } from '../core/plan.js';

/**
 * A plan for one Worker, and the folder that its paths are relative to. The folder is relative to the joined
 * plan, with `/`.
 */
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
 * Both changes as one; undefined if they contradict each other. For a file with tools, the first plan wins,
 * because its tools are then traced for both.
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

/** Two insertions at one place have no order. */
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
    message: `Two Workers need different changes in ${file}; the change for ${dir} was skipped.`,
    fix: `Set up one Worker at a time, and this one last: init ${dir}`,
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
