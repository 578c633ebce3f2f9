import { confirm, groupMultiselect, isCancel, multiselect, select } from '@clack/prompts';
import { OVERSIGHT_LEVELS } from '../atlas/infer-oversight.js';
import { AI_TASKS, type AiTask } from '../atlas/vocabulary.js';
import { AGENT_FILE_PATHS, AGENT_FILES, type AgentFile } from '../core/agent-files.js';
import { CancelledError } from '../core/errors.js';
import type { Finding } from '../core/findings.js';
import { LAYERS, type Layer } from '../core/layers.js';
import type { Plan, PlannedTool } from '../core/plan.js';
import type { ListedWorker } from '../project/worker-list.js';
import { escapeForTerminal } from '../text/escape-for-terminal.js';
import { OVERSIGHT_WORDS, TASK_WORDS } from './atlas-words.js';
import { type ChosenTask, openTools, skippableTools, USUAL_OVERSIGHT } from './chosen-tasks.js';
import { AGENT_FILE_WORDS, LAYER_HINTS, QUESTIONS } from './question-words.js';
import { toolName } from './show.js';

export async function askLayers(preset: readonly Layer[]): Promise<Layer[]> {
  const options = LAYERS.map((value) => ({ value, label: value, hint: LAYER_HINTS[value] }));
  return answered(
    await multiselect({ message: QUESTIONS.layers, options, initialValues: [...preset], required: true }),
  );
}

/** Lets a person correct the inferred tasks. Returns only the corrected tools. */
export async function askTasks(plan: Plan): Promise<ChosenTask[]> {
  const tools = openTools(plan);
  if (tools.length === 0) return [];
  const wrong = answered(
    await groupMultiselect({
      message: `${QUESTIONS.tasks} (space to select, enter to continue)`,
      options: byFile(tools, ({ task }) => task, taskHint),
      required: false,
      selectableGroups: false,
    }),
  );
  const chosen: ChosenTask[] = [];
  for (const tool of wrong) {
    const task = await askTask(tool);
    chosen.push({ file: tool.file, name: tool.name, task, oversight: await askOversight(tool) });
  }
  return chosen;
}

async function askTask(tool: PlannedTool): Promise<string> {
  const options = AI_TASKS.map((task) => ({ value: task as string, label: task, hint: TASK_WORDS[task] }));
  return answered(
    await select({
      message: `What does ${escapeForTerminal(toolName(tool))} do?`,
      options,
      initialValue: tool.task,
    }),
  );
}

async function askOversight(tool: PlannedTool): Promise<string> {
  const options = OVERSIGHT_LEVELS.map((level) => ({
    value: level as string,
    label: level,
    hint: OVERSIGHT_WORDS[level],
  }));
  const initialValue = tool.oversight ?? USUAL_OVERSIGHT;
  return answered(
    await select({
      message: `Human oversight for ${escapeForTerminal(toolName(tool))}?`,
      options,
      initialValue,
    }),
  );
}

/** Lets a person choose tools that `init` does not change. */
export async function askToLeaveOut(plan: Plan): Promise<PlannedTool[]> {
  return answered(
    await groupMultiselect({
      message: 'Which of these should init not change? (space to select, enter to continue)',
      options: byFile(skippableTools(plan), ({ kind, task }) => (kind === 'tool' ? task : kind)),
      required: false,
      selectableGroups: false,
    }),
  );
}

/**
 * @param guessOf returns the text after each name
 * @param hintOf returns the text that is shown only while the cursor is on the tool
 */
function byFile(
  tools: readonly PlannedTool[],
  guessOf: (tool: PlannedTool) => string,
  hintOf?: (tool: PlannedTool) => string,
) {
  const width = Math.max(...tools.map((tool) => escapeForTerminal(toolName(tool)).length), 0);
  const files: Record<string, { value: PlannedTool; label: string; hint?: string }[]> = {};
  for (const tool of tools) {
    const file = escapeForTerminal(tool.file);
    const label = `${escapeForTerminal(toolName(tool)).padEnd(width)}  ${guessOf(tool)}`;
    const hint = hintOf ? { hint: hintOf(tool) } : {};
    files[file] = [...(files[file] ?? []), { value: tool, label, ...hint }];
  }
  return files;
}

function taskHint({ task, oversight }: PlannedTool): string {
  const words = `it ${TASK_WORDS[task as AiTask]}`;
  return oversight ? `${words}; oversight ${oversight}` : words;
}

export async function askWorkers(workers: readonly ListedWorker[]): Promise<ListedWorker[]> {
  const options = workers.map((value) => ({
    value,
    label: escapeForTerminal(value.name ?? value.dir),
    hint: value.kind === 'worker' ? value.config : `${value.config}, ${KIND_HINTS[value.kind]}`,
  }));
  return answered(await multiselect({ message: 'Which Workers?', options, required: true }));
}

const KIND_HINTS = { pages: 'a Pages project', broken: 'can’t be read' } as const;

/** @returns true to enable the disabled traces */
export async function askToSwitchOn(off: readonly Finding[]): Promise<boolean> {
  const places = off.map(({ file, line }) => `${file}:${line}`).join(', ');
  const message = `The config disables traces (${places}). Enable them?`;
  return answered(await confirm({ message, initialValue: false }));
}

export async function askRedaction(): Promise<boolean> {
  return answered(await confirm({ message: QUESTIONS.redaction }));
}

/** @returns true if the server runs in the account of this Worker */
export async function askSameAccount(name: string): Promise<boolean> {
  const message = `Is the server ${escapeForTerminal(name)} in the same Cloudflare account as this Worker? If so, a binding replaces the keys.`;
  return answered(await confirm({ message, initialValue: false }));
}

/** @returns true if local runs show their traces on this machine */
export async function askLocal(): Promise<boolean> {
  const options = [
    { value: true, label: 'lm dashboard', hint: 'on this machine, no account' },
    { value: false, label: 'Langfuse', hint: 'with your keys, which you add later' },
  ];
  return answered(await select({ message: QUESTIONS.local, options, initialValue: false }));
}

/** @param proposed the files of agents that have a folder in the project */
export async function askAgentFiles(proposed: readonly AgentFile[]): Promise<AgentFile[]> {
  const options = AGENT_FILES.map((value) => ({
    value,
    label: AGENT_FILE_PATHS[value],
    hint: AGENT_FILE_WORDS[value],
  }));
  return answered(
    await multiselect({
      message: `${QUESTIONS.agentFiles} (space to select, enter to continue)`,
      options,
      initialValues: [...proposed],
      required: false,
    }),
  );
}

/** @returns true to add exceptions to ignore files, so that git includes these files */
export async function askToUnignore(files: readonly string[]): Promise<boolean> {
  const list = files.map(escapeForTerminal).join(', ');
  return answered(
    await confirm({
      message: `git ignores set-up files (${list}). ${QUESTIONS.unignore}`,
      initialValue: false,
    }),
  );
}

/** @returns true if the project's formatter may format these files */
export async function askToFormat(paths: readonly string[]): Promise<boolean> {
  const what = paths.length === 1 ? escapeForTerminal(paths[0] ?? '') : `${paths.length} changed files`;
  return answered(await confirm({ message: `Format ${what} with your own formatter?` }));
}

/** A person's decision about the shown change. */
export type Verdict = 'write' | 'rest' | 'leave' | 'tasks';

export async function askVerdict(
  message: string,
  { others, tools, tasks }: { readonly others: number; readonly tools: number; readonly tasks: number },
): Promise<Verdict> {
  const options: { value: Verdict | 'stop'; label: string; hint?: string }[] = [
    { value: 'write', label: 'Yes, write them' },
    ...(others > 0
      ? [{ value: 'rest' as const, label: 'Show the rest', hint: `${others} generated, one at a time` }]
      : []),
    ...(tools > 0 ? [{ value: 'leave' as const, label: 'Leave a tool out' }] : []),
    ...(tasks > 0 ? [{ value: 'tasks' as const, label: 'Back to the task types' }] : []),
    { value: 'stop', label: 'No, change nothing' },
  ];
  const verdict = answered(await select({ message, options }));
  if (verdict === 'stop') throw cancelled();
  return verdict;
}

/** @returns true to show the next page */
export async function askForNext(at: number, of: number): Promise<boolean> {
  const options = [
    { value: true, label: 'Next file' },
    { value: false, label: 'Back' },
  ];
  return answered(await select({ message: `File ${at} of ${of}`, options }));
}

export async function askToContinue(message: string, { initially = true } = {}): Promise<void> {
  if (!answered(await confirm({ message, initialValue: initially }))) throw cancelled();
}

function answered<T>(answer: T): Exclude<T, symbol> {
  if (isCancel(answer)) throw cancelled();
  return answer as Exclude<T, symbol>;
}

function cancelled(): CancelledError {
  return new CancelledError('Stopped.', 'Nothing was changed.');
}
