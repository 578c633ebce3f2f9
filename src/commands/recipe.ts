import { posix } from 'node:path';
import { execWith } from '../project/package-manager.js';
import { codingAgent } from './agent.js';
import { wordsOfFlags } from './answers.js';
import { applyingInFull, howToRun, initIn } from './applying.js';
import type { Options } from './options.js';
import { PROGRAM } from './program.js';
import type { Proposed } from './propose.js';
import { reviewable } from './reviewable.js';
import { shellWord } from './shell-word.js';
import { commandStep, type Step } from './step.js';
import type { Terminal } from './terminal.js';
import type { Workers } from './workers.js';

/** npx comes with Node, so it works with any package manager. */
const OWN = `npx ${PROGRAM}`;

/** For a coding agent: all commands up to the first trace, and for removal. None of them asks questions. */
export function showRecipe(workers: Workers, proposal: Proposed, options: Options, terminal: Terminal): void {
  const agent = codingAgent();
  if (agent === undefined) return;
  const { folder, options: there } = inFolder(workers, options);
  terminal.say(terminal.paint('bold', `Recipe for a coding agent (${agent}); no step asks anything`));
  if (folder !== '.') terminal.say(`Run all of it in the Worker's folder: cd ${shellWord(folder)}`);
  for (const [at, { command, why }] of recipe(workers, proposal, there).entries()) {
    terminal.say(`  ${at + 1}. ${command}`);
    terminal.say(`     ${terminal.paint('dim', why)}`);
  }
  const init = initIn(there);
  const detect = [...init, '--detect', '--json', ...wordsOfFlags(there.given)].join(' ');
  terminal.say(`To review a plan before step 1: ${detect} > plan.json`);
  terminal.say(`Then, instead of step 1: ${[...init, '--plan', 'plan.json', ...howToRun(there)].join(' ')}`);
  terminal.say(`Every command and flag: ${OWN} commands --json`);
  terminal.say('Never print keys. If you are a person and want questions, set AI_AGENT=none.');
}

/** For a single Worker, the commands run in its folder, because its tools are installed there. */
function inFolder({ members }: Workers, options: Options): { folder: string; options: Options } {
  const [only, ...more] = members;
  if (only === undefined || more.length > 0)
    return { folder: options.dir, options: { ...options, dir: '.' } };
  const { worker: _, ...given } = options.given;
  return { folder: posix.join(options.dir, only.dir), options: { ...options, given, dir: '.' } };
}

function recipe(workers: Workers, proposal: Proposed, options: Options): Step[] {
  const { questions, answers } = reviewable(workers, proposal, options);
  const [first, ...more] = workers.members;
  const isLocal = questions.some(({ flag }) => flag === '--local');
  const run = execWith(first?.project.packageManager ?? { name: 'npm' });
  const apply = applyingInFull(options, isLocal ? { ...answers, local: true } : answers);
  const dev = more.length > 0 && first ? `wrangler dev --cwd ${shellWord(first.dir)}` : 'wrangler dev';
  const hasLoom = workers.members.every(({ project }) => proposal.intentOf(project).layers.includes('loom'));
  return [
    commandStep(
      apply.command ?? '',
      isLocal
        ? 'writes the change; --local shows traces on this machine, without an account'
        : 'writes the change',
    ),
    commandStep(`${OWN} check`, 'exits with 0 if nothing is missing'),
    ...(hasLoom
      ? [
          commandStep(`${run} lm dashboard &`, 'receives traces; leave it running'),
          commandStep(
            `${run} ${dev} &`,
            'serves the Worker; then call a tool, with curl or npx @modelcontextprotocol/inspector --cli',
          ),
          commandStep(
            `${run} lm traces --since 5m --fail-on "errors>0"`,
            'exits with 0 if a call was recorded and none failed',
          ),
        ]
      : []),
    commandStep(`${OWN} remove --yes`, 'undoes it, byte for byte'),
  ];
}
