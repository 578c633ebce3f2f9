import { EXIT } from '../core/error-codes.js';
import type { Assets } from '../project/assets.js';
import type { Disk } from '../project/disk.js';
import { wordsOfFlags } from './answers.js';
import { applyingInFull, howToRun, initIn } from './applying.js';
import { openFindings } from './open-findings.js';
import type { Options } from './options.js';
import { type Next, planJson } from './plan-json.js';
import { proposed } from './propose.js';
import { type Question, workerQuestion } from './questions.js';
import { showSummary } from './review.js';
import { reviewable } from './reviewable.js';
import { showFindings, showFound } from './show.js';
import type { Terminal } from './terminal.js';
import { ChooseWorkersError, openWorkers, type Workers } from './workers.js';

/** `init --detect`: shows the project, the questions, and the change of `init`. It writes nothing. */
export async function detected(
  options: Options,
  terminal: Terminal,
  disk: Disk,
  assets: Assets,
): Promise<number> {
  const workers = await openedOrQuestion(options, terminal, disk);
  if ('flag' in workers) return undecided(workers, options, terminal);
  const proposal = await proposed(workers, assets, options, terminal);
  const found = reviewable(workers, proposal, options);
  const next = [carryingOut(options), applyingInFull(options, found.answers)];
  if (options.json) {
    terminal.print(planJson(proposal.plan, { applied: false, next, ...found }));
    return EXIT.ok;
  }
  showFound(proposal.plan, terminal);
  showFindings(openFindings(proposal.plan), terminal);
  showSummary(proposal.plan, terminal);
  showQuestions(found.questions, terminal);
  terminal.say(`Nothing was written. ${terminal.paint('bold', 'To apply it:')} ${next[1]?.command}`);
  return EXIT.ok;
}

async function openedOrQuestion(
  options: Options,
  terminal: Terminal,
  disk: Disk,
): Promise<Workers | Question> {
  try {
    return await openWorkers(options, terminal, { preferSetUp: false, disk });
  } catch (error) {
    if (error instanceof ChooseWorkersError) return workerQuestion(error.choice);
    throw error;
  }
}

/** The user must choose Workers first, so nothing else was read. */
function undecided(question: Question, options: Options, terminal: Terminal): number {
  const command = [
    ...initIn(options),
    '--detect',
    ...(options.json ? ['--json'] : []),
    ...wordsOfFlags(options.given),
    '--worker',
    '<dir>',
  ].join(' ');
  const next: Next = { command, why: 'reads one Worker; repeat --worker for more', needsHuman: false };
  if (options.json) {
    const nothing = { workers: [], findings: [], changes: [] };
    terminal.print(planJson(nothing, { applied: false, next: [next], questions: [question] }));
  } else {
    showQuestions([question], terminal);
    terminal.say(`No Worker was read yet. Choose one: ${command}`);
  }
  return EXIT.ok;
}

function carryingOut(options: Options): Next {
  return {
    command: [...initIn(options), '--plan', 'plan.json', ...howToRun(options)].join(' '),
    why: 'applies this plan, if you saved the output of --detect --json as plan.json and no file changed since',
    needsHuman: false,
  };
}

function showQuestions(questions: readonly Question[], terminal: Terminal): void {
  terminal.say(terminal.paint('bold', 'Questions, with proposed answers'));
  for (const { flag, question, choices, answer } of questions) {
    terminal.say(`  ${question}`);
    terminal.say(`    ${flag}: ${answerText(answer)}`);
    if (answer === null) for (const { value, means } of choices) terminal.say(`    ${value}   ${means}`);
  }
}

function answerText(answer: Question['answer']): string {
  if (answer === null) return 'choose one';
  if (typeof answer === 'boolean') return answer ? 'yes' : 'no';
  if (Array.isArray(answer)) return answer.join(',') || 'none';
  return Object.entries(answer)
    .map(([tool, value]) => `${tool}=${value}`)
    .join(', ');
}
