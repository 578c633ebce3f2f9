import { UsageError } from '../core/errors.js';
import type { Plan, PlannedTool } from '../core/plan.js';
import type { Options } from './options.js';

/** Task type and oversight that the user chose. The file path is the plan's. */
export interface ChosenTask {
  readonly file: string;
  readonly name: string;
  readonly task: string;
  readonly oversight: string;
}

/** Oversight that is assumed without a question. */
export const USUAL_OVERSIGHT = 'optional';

/** Tools whose task the user can still choose: those that get their own wrapper. */
export function openTools(plan: Plan): PlannedTool[] {
  const tools = plan.workers.flatMap((worker) => worker.tools);
  return tools.filter((tool) => tool.kind === 'tool' && tool.status === 'planned' && !tool.isShared);
}

/** Handlers that a person can skip: those with their own wrapper. */
export function skippableTools(plan: Plan): PlannedTool[] {
  const tools = plan.workers.flatMap((worker) => worker.tools);
  return tools.filter((tool) => tool.status === 'planned' && !tool.isShared);
}

/**
 * Values of `--task` and `--oversight`.
 * @throws UsageError for a tool that does not exist, that is already traced, or that shares its wrapper
 */
export function tasksByFlag(plan: Plan, { tasks, oversight }: Options): ChosenTask[] {
  const open = openTools(plan);
  const known = plan.workers.flatMap((worker) => worker.tools);
  for (const name of [...tasks.keys(), ...oversight.keys()]) {
    const named = known.filter((tool) => tool.name === name);
    if (named.some((tool) => !tool.isShared)) continue;
    if (named.length > 0) {
      throw new UsageError(
        `The tool "${name}" shares its trace with other tools, so it can't have its own task.`,
        'Drop this flag, or set metadata in the code after init.',
      );
    }
    const names = open.map((tool) => tool.name).join(', ');
    throw new UsageError(
      `There is no tool "${name}".`,
      `Tools are: ${names || 'none that is not traced yet'}.`,
    );
  }
  return open
    .filter(({ name }) => tasks.has(name) || oversight.has(name))
    .map((tool) => ({
      file: tool.file,
      name: tool.name,
      task: tasks.get(tool.name) ?? tool.task,
      oversight: oversight.get(tool.name) ?? tool.oversight ?? USUAL_OVERSIGHT,
    }));
}
