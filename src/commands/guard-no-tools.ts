import { NoToolsError } from '../core/errors.js';
import type { Plan } from '../core/plan.js';
import type { Options } from './options.js';
import { askToContinue } from './prompts.js';
import { QUESTIONS } from './question-words.js';
import type { Terminal } from './terminal.js';

/**
 * Stops the set-up if nothing would be traced, unless the user agrees.
 * @throws NoToolsError if there is no terminal to ask on
 */
export async function guardNoTools(plan: Plan, options: Options, terminal: Terminal): Promise<void> {
  const found = plan.findings.find(({ rule }) => rule === 'langfuse/no-tools');
  if (found === undefined || options.allowNoTools) return;
  if (terminal.isInteractive) {
    await askToContinue(QUESTIONS.noTools, { initially: false });
    return;
  }
  throw new NoToolsError(
    'no tool was found in this MCP server, so nothing was set up.',
    'See langfuse/no-tools above. To set it up anyway: --allow-no-tools. Nothing was changed.',
    { file: found.file, line: found.line },
  );
}
