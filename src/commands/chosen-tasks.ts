import { UsageError } from '../errors.js';
import type { Plan, PlannedTool } from '../plan.js';
import type { Options } from './options.js';

/** Task type and oversight that a person chose. The file is as the plan names it. */
export interface ChosenTask {
  readonly file: string;
  readonly name: string;
  readonly task: string;
  readonly oversight: string;
}

/** What is assumed of a tool whose oversight nobody needs to think about. */
export const USUAL_OVERSIGHT = 'optional';

/** Tools whose task a person can still choose. */
export function openTools(plan: Plan): PlannedTool[] {
  return plan.workers.flatMap((worker) => worker.tools).filter((tool) => tool.status === 'planned');
}

/**
 * What `--task` and `--oversight` said.
 * @throws UsageError for a tool that is not there; one that is traced has its task in the code
 */
export function tasksByFlag(plan: Plan, { tasks, oversight }: Options): ChosenTask[] {
  const open = openTools(plan);
  const known = plan.workers.flatMap((worker) => worker.tools).map(({ name }) => name);
  for (const name of [...tasks.keys(), ...oversight.keys()]) {
    if (known.includes(name)) continue;
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
