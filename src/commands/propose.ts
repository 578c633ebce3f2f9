import type { Plan, PlannedTool } from '../core/plan.js';
import type { InitIntent } from '../plan/intent.js';
import type { Layouts } from '../plan/layouts.js';
import type { Assets } from '../project/assets.js';
import type { ProjectSnapshot } from '../project/snapshot.js';
import { askMore, defaultAnswers } from './ask-more.js';
import { type ChosenTask, tasksByFlag } from './chosen-tasks.js';
import { type Answers, intentsOf } from './intent.js';
import { laidOut } from './lay-out-plan.js';
import type { Options } from './options.js';
import { askLayers, askTasks, askToFormat } from './prompts.js';
import { showFound } from './show.js';
import type { Terminal } from './terminal.js';
import { planWorkers, type Workers } from './workers.js';

/** A proposed change, and functions that change the proposal. */
export interface Proposed {
  readonly plan: Plan;
  /** undefined if formatters must not run. */
  readonly layouts: Layouts | undefined;
  /** Handlers that stay unchanged. */
  readonly leftOut: readonly PlannedTool[];
  intentOf(project: ProjectSnapshot): InitIntent;
  /** Proposes again without these handlers, or with other tasks. */
  again(change: { leftOut?: readonly PlannedTool[]; tasks?: readonly ChosenTask[] }): Promise<Proposed>;
}

/** Whether formatters may format these files. */
type Ask = (paths: readonly string[]) => Promise<boolean>;

/** The plan, after the user's changes if there is a terminal. */
export async function proposed(
  workers: Workers,
  assets: Assets,
  options: Options,
  terminal: Terminal,
): Promise<Proposed> {
  let answers: Answers = {};
  let intents = intentsOf(options, assets.version);
  const intentOf = (project: ProjectSnapshot) => intents(project);
  const answered = (more: Answers) => {
    answers = { ...answers, ...more };
    intents = intentsOf(options, assets.version, answers);
  };
  const plan = async () => {
    const first = await planWorkers(workers, assets, intentOf);
    const told = tasksByFlag(first, options);
    return told.length > 0 ? planWorkers(workers, assets, intentOf, { tasks: told }) : first;
  };
  let tasks: readonly ChosenTask[] = [];
  let leftOut: readonly PlannedTool[] = [];
  const again: Proposed['again'] = async (change) => {
    leftOut = [...leftOut, ...(change.leftOut ?? [])];
    const isNew = ({ file, name }: ChosenTask) =>
      !change.tasks?.some((one) => one.file === file && one.name === name);
    tasks = [...tasks.filter(isNew), ...(change.tasks ?? [])];
    const proposal = await planWorkers(workers, assets, intentOf, { tasks, leftOut });
    return formatted(proposal, async () => options.formatting !== false && mayLayOut);
  };
  let mayLayOut = true;
  const formatted = async (proposal: Plan, ask: Ask): Promise<Proposed> => {
    const asPlanned = { plan: proposal, layouts: undefined, intentOf, leftOut, again };
    if (options.formatting === false) return asPlanned;
    const done = await laidOut(workers, proposal, (layouts) =>
      planWorkers(workers, assets, intentOf, { tasks, leftOut, layouts }),
    );
    // Only files that existed before need an answer: no person wrote the new ones.
    const isNew = (path: string) =>
      proposal.changes.some((change) => change.path === path && change.action === 'create');
    const paths = [...done.layouts].flatMap(([path, { planned, text }]) =>
      planned === text || isNew(path) ? [] : [path],
    );
    mayLayOut = paths.length === 0 || (await ask(paths));
    return mayLayOut ? { ...asPlanned, ...done } : asPlanned;
  };
  if (!terminal.isInteractive) {
    let proposal = await plan();
    const more = defaultAnswers(workers, proposal, options, intentOf);
    if (Object.keys(more).length > 0) {
      answered(more);
      proposal = await plan();
    }
    tasks = tasksByFlag(proposal, options);
    return formatted(proposal, async () => true);
  }
  const planned = () => terminal.during('Looking for tools', plan);
  const isNew = workers.members.every(({ project }) => !project.record);
  if (!options.layers && isNew) {
    const [first] = workers.members;
    answered({ layers: await askLayers(first ? intentOf(first.project).layers : []) });
  }
  let proposal = await planned();
  showFound(proposal, terminal);
  const more = await askMore(workers, proposal, options, intentOf);
  if (Object.keys(more).length > 0) {
    answered(more);
    proposal = await planned();
  }
  const hasAnswers = options.tasks.size > 0 || options.oversight.size > 0;
  tasks = hasAnswers ? tasksByFlag(proposal, options) : await askTasks(proposal);
  if (!hasAnswers && tasks.length > 0) proposal = await planWorkers(workers, assets, intentOf, { tasks });
  return formatted(proposal, async (paths) => options.formatting === true || askToFormat(paths));
}
