import { OVERSIGHT_LEVELS } from '../atlas/infer-oversight.js';
import { AI_TASKS } from '../atlas/vocabulary.js';
import { AGENT_FILES } from '../core/agent-files.js';
import { LAYERS } from '../core/layers.js';
import type { Plan } from '../core/plan.js';
import type { InitIntent } from '../plan/intent.js';
import type { ProjectSnapshot } from '../project/snapshot.js';
import type { ListedWorker } from '../project/worker-list.js';
import { openQuestions } from './ask-more.js';
import { OVERSIGHT_WORDS, TASK_WORDS } from './atlas-words.js';
import { openTools, USUAL_OVERSIGHT } from './chosen-tasks.js';
import type { Options } from './options.js';
import { AGENT_FILE_WORDS, LAYER_HINTS, QUESTIONS } from './question-words.js';
import type { Workers } from './workers.js';

/** A question to the user, with the proposed answer: the one of Enter and of `--yes`. */
export interface Question {
  /** The flag that answers it. */
  readonly flag: string;
  readonly question: string;
  /** Possible answers; with several tools, for each tool. */
  readonly choices: readonly Choice[];
  /** null if only the caller can choose. */
  readonly answer: Answer | null;
}

export interface Choice {
  readonly value: string | boolean;
  readonly means: string;
}

type Answer = boolean | readonly string[] | Readonly<Record<string, string>>;

/** Every question that an interactive run would ask of these Workers, in its order. */
export function questionsOf(
  workers: Workers,
  plan: Plan,
  options: Options,
  intentOf: (project: ProjectSnapshot) => InitIntent,
): Question[] {
  const [first] = workers.members;
  const isNew = workers.members.every(({ project }) => !project.record);
  const { off, redaction, hidden, local, agentFiles } = openQuestions(workers, plan, options, intentOf);
  const places = off.map(({ file, line }) => `${file}:${line}`).join(', ');
  return [
    ...(options.layers === undefined && isNew && first
      ? [asked('layers', QUESTIONS.layers, listed(LAYERS, LAYER_HINTS), intentOf(first.project).layers)]
      : []),
    ...(off.length > 0
      ? [
          asked(
            'keep-disabled',
            `${QUESTIONS.off} (${places})`,
            yesNo('they stay off', 'this change turns them on'),
            true,
          ),
        ]
      : []),
    ...(redaction
      ? [asked('redact-query-string', QUESTIONS.redaction, yesNo('kept out', 'recorded'), true)]
      : []),
    ...(hidden.length > 0
      ? [
          asked(
            'unignore',
            `${QUESTIONS.unignore} (${hidden.join(', ')})`,
            yesNo('a clone has the set-up', 'the ignore file does not change'),
            false,
          ),
        ]
      : []),
    ...(local
      ? [
          asked(
            'local',
            QUESTIONS.local,
            yesNo(
              'in lm dashboard, on this machine and without an account',
              'in Langfuse, with your own keys',
            ),
            false,
          ),
        ]
      : []),
    ...(agentFiles
      ? [asked('agent-files', QUESTIONS.agentFiles, listed(AGENT_FILES, AGENT_FILE_WORDS), agentFiles)]
      : []),
    ...aboutTools(plan),
    ...(isEmpty(plan) && !options.allowNoTools
      ? [asked('allow-no-tools', QUESTIONS.noTools, yesNo('it is set up', 'init stops'), false)]
      : []),
  ];
}

function isEmpty({ findings }: Plan): boolean {
  return findings.some(({ rule }) => rule === 'langfuse/no-tools');
}

function aboutTools(plan: Plan): Question[] {
  const tools = openTools(plan);
  if (tools.length === 0) return [];
  const oversight = tools.map((tool) => [tool.name, tool.oversight ?? USUAL_OVERSIGHT] as const);
  return [
    asked(
      'task',
      QUESTIONS.tasks,
      listed(AI_TASKS, TASK_WORDS),
      Object.fromEntries(tools.map(({ name, task }) => [name, task])),
    ),
    asked(
      'oversight',
      QUESTIONS.oversight,
      listed(OVERSIGHT_LEVELS, OVERSIGHT_WORDS),
      Object.fromEntries(oversight),
    ),
  ];
}

/** The question that comes before all others, because nothing was read yet. */
export function workerQuestion(choice: readonly ListedWorker[]): Question {
  const choices = choice.map(({ dir, name, config, kind }) => ({
    value: dir,
    means: `${name ?? dir}: ${config}${kind === 'worker' ? '' : kind === 'pages' ? ', a Pages project' : ', cannot be read'}`,
  }));
  return asked('worker', QUESTIONS.worker, choices, null);
}

function asked(flag: string, question: string, choices: readonly Choice[], answer: Answer | null): Question {
  return { flag: `--${flag}`, question, choices, answer };
}

function listed<Value extends string>(
  values: readonly Value[],
  words: Readonly<Record<Value, string>>,
): Choice[] {
  return values.map((value) => ({ value, means: words[value] }));
}

function yesNo(yes: string, no: string): Choice[] {
  return [
    { value: true, means: yes },
    { value: false, means: no },
  ];
}
