import { confirm, isCancel, multiselect, select } from '@clack/prompts';
import { AI_TASKS } from '../atlas/vocabulary.js';
import { CancelledError } from '../errors.js';
import { LAYERS, type Layer, type Plan, type PlannedTool } from '../plan.js';

const LAYER_HINTS: Readonly<Record<Layer, string>> = {
  cloudflare: 'traces in the Wrangler config',
  langfuse: 'a trace for every tool call',
  loom: 'agent sessions, issues, routing and cost in .loom',
};

export async function askLayers(preset: readonly Layer[]): Promise<Layer[]> {
  const options = LAYERS.map((value) => ({ value, label: value, hint: LAYER_HINTS[value] }));
  return answered(
    await multiselect({ message: 'Which layers?', options, initialValues: [...preset], required: true }),
  );
}

/** Lets a person change the inferred task types; the answer holds only what was changed, by `file:name`. */
export async function askTasks(plan: Plan): Promise<Map<string, string>> {
  const tasks = new Map<string, string>();
  const tools = plan.workers.flatMap((worker) => worker.tools).filter((tool) => tool.status === 'planned');
  if (tools.length === 0) return tasks;
  const wrong = answered(
    await multiselect({
      message: 'Do any of these tools do something else than it says? (space to mark, enter to go on)',
      options: tools.map((tool) => ({ value: tool, label: tool.name, hint: `${tool.task}, ${tool.file}` })),
      required: false,
    }),
  );
  for (const tool of wrong) tasks.set(`${tool.file}:${tool.name}`, await askTask(tool));
  return tasks;
}

async function askTask(tool: PlannedTool): Promise<string> {
  const options = AI_TASKS.map((task) => ({ value: task as string, label: task }));
  return answered(await select({ message: `What does ${tool.name} do?`, options, initialValue: tool.task }));
}

export async function askToGoOn(message: string): Promise<void> {
  if (!answered(await confirm({ message }))) throw cancelled();
}

function answered<T>(answer: T): Exclude<T, symbol> {
  if (isCancel(answer)) throw cancelled();
  return answer as Exclude<T, symbol>;
}

function cancelled(): CancelledError {
  return new CancelledError('Stopped.', 'Nothing was changed.');
}
