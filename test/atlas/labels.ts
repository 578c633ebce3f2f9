import { readFileSync } from 'node:fs';
import { inferTask } from '../../src/atlas/infer-task.js';
import { AI_TASKS, type AiTask, isAiTask } from '../../src/atlas/vocabulary.js';

export interface Label {
  readonly name: string;
  readonly task: AiTask;
}

/** Tool names of real projects, each with the task that a person gave it. */
export function readLabels(file: 'labels.tsv' | 'labels-holdout.tsv'): Label[] {
  const lines = readFileSync(new URL(file, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  return lines.map((line) => {
    const [name = '', task = ''] = line.split('\t');
    if (!isAiTask(task)) throw new Error(`${file}: ${name} has no Atlas task: '${task}'`);
    return { name, task };
  });
}

/** How many of the labels the inference meets, from the bare names. */
export function agreed(labels: readonly Label[]): number {
  return labels.filter(({ name, task }) => inferTask({ name }) === task).length;
}

/** The table of docs/guides/task-types.md: for each task how often it was met, and what else was inferred. */
export function accuracyTable(dev: readonly Label[], holdout: readonly Label[]): string {
  const all = [...dev, ...holdout];
  const tasks = AI_TASKS.filter((task) => all.some((label) => label.task === task));
  const rows = tasks.map((task) => {
    const cells = [`\`${task}\``, score(dev, task), score(holdout, task), takenFor(all, task)];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| task | DEV | hold-out | the misses were taken for |',
    '|---|---|---|---|',
    ...rows,
    `| **all** | **${total(dev)}** | **${total(holdout)}** | |`,
  ].join('\n');
}

function score(labels: readonly Label[], task: AiTask): string {
  const own = labels.filter((label) => label.task === task);
  return own.length === 0 ? '–' : `${agreed(own)} of ${own.length}`;
}

function total(labels: readonly Label[]): string {
  return `${agreed(labels)} of ${labels.length}, ${((100 * agreed(labels)) / labels.length).toFixed(1)} %`;
}

function takenFor(labels: readonly Label[], task: AiTask): string {
  const counts = new Map<AiTask, number>();
  for (const label of labels) {
    const inferred = inferTask({ name: label.name });
    if (label.task === task && inferred !== task) counts.set(inferred, (counts.get(inferred) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a, n], [b, m]) => m - n || a.localeCompare(b));
  return sorted.map(([inferred, count]) => `\`${inferred}\` ${count}`).join(', ') || '–';
}
