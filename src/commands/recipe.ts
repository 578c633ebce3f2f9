import { downloadWith, execWith } from '../project/package-manager.js';
import { codingAgent } from './agent.js';
import { wordsOfFlags } from './answers.js';
import { applyingInFull, initIn } from './applying.js';
import { commandStep, type Step } from './next-steps.js';
import type { Options } from './options.js';
import { PROGRAM } from './program.js';
import type { Proposed } from './propose.js';
import { reviewable } from './reviewable.js';
import type { Terminal } from './terminal.js';
import type { Workers } from './workers.js';

/** Where a coding agent runs this: every command from here to the first trace, and back. None of them asks anything. */
export function showRecipe(workers: Workers, proposal: Proposed, options: Options, terminal: Terminal): void {
  const agent = codingAgent();
  if (agent === undefined) return;
  terminal.say(terminal.paint('bold', `Recipe for a coding agent (${agent}); no step asks anything`));
  const steps = recipe(workers, proposal, options);
  for (const [at, { command, why }] of steps.entries()) {
    terminal.say(`  ${at + 1}. ${command}`);
    terminal.say(`     ${terminal.paint('dim', why)}`);
  }
  const detect = [...initIn(options), '--detect', '--json', ...wordsOfFlags(options.given)].join(' ');
  terminal.say(`To review a plan before step 1: ${detect} > plan.json`);
  terminal.say(`Then, in place of step 1: ${[...initIn(options), '--plan', 'plan.json'].join(' ')}`);
  terminal.say('Never print keys. A person who wants to be asked sets AI_AGENT=none.');
}

function recipe(workers: Workers, proposal: Proposed, options: Options): Step[] {
  const { questions, answers } = reviewable(workers, proposal, options);
  const [first] = workers.members;
  const manager = first?.project.packageManager ?? { name: 'npm' as const, isYarnClassic: false };
  const isLocal = questions.some(({ flag }) => flag === '--local');
  const own = `${downloadWith(manager)} ${PROGRAM}`;
  const run = execWith(manager);
  const apply = applyingInFull(options, isLocal ? { ...answers, local: true } : answers);
  const where = [...new Set(workers.members.map(({ dir }) => dir))].join(' ');
  const folder = where === '.' ? '' : ` ${where.split(' ')[0]}`;
  const hasLoom = workers.members.every(({ project }) => proposal.intentOf(project).layers.includes('loom'));
  return [
    commandStep(
      apply.command ?? '',
      isLocal
        ? 'writes the change; --local shows traces on this machine, without an account'
        : 'writes the change',
    ),
    commandStep(`${own} check${folder}`, 'exits with 0 when nothing is missing'),
    ...(hasLoom
      ? [
          commandStep(`${run} lm dashboard &`, 'receives traces; leave it running'),
          commandStep(
            `${run} wrangler dev &`,
            `serves the Worker${folder && ` of${folder}`}; then call a tool, with curl or npx @modelcontextprotocol/inspector --cli`,
          ),
          commandStep(
            `${run} lm traces --since 5m --fail-on "errors>0"`,
            'exits with 0 when a call was recorded and none failed',
          ),
        ]
      : []),
    commandStep(`${own} remove${folder} --yes`, 'undoes it, byte for byte'),
  ];
}
