import { openTools, skippableTools } from './chosen-tasks.js';
import { askForNext, askTasks, askToLeaveOut, askVerdict } from './prompts.js';
import type { Proposed } from './propose.js';
import { generatedPages, showDiff, showSummary } from './review.js';
import type { Terminal } from './terminal.js';
import type { Workers } from './workers.js';

/** Shows the change and lets the user adjust it, until the user agrees. */
export async function reviewed(first: Proposed, workers: Workers, terminal: Terminal): Promise<Proposed> {
  let proposal = first;
  let isNew = true;
  for (;;) {
    const { plan } = proposal;
    const pages = generatedPages(plan, workers.folder, terminal);
    if (isNew) {
      showSummary(plan, terminal);
      showDiff(plan, workers.folder, terminal);
    }
    const isShared = plan.findings.some(({ rule }) => rule === 'project/shared-code');
    const others = isShared ? ', also in code that others use' : '';
    const verdict = await askVerdict(`Write these ${plan.changes.length} files${others}?`, {
      others: pages.length,
      tools: skippableTools(plan).length,
      tasks: openTools(plan).length,
    });
    if (verdict === 'write') return proposal;
    isNew = verdict !== 'rest';
    if (verdict === 'rest') await page(pages, terminal);
    else if (verdict === 'tasks') proposal = await proposal.again({ tasks: await askTasks(plan) });
    else {
      const leftOut = await askToLeaveOut(plan);
      proposal = await proposal.again({ leftOut });
      if (leftOut.length > 0) {
        terminal.say(
          'check will report them as untraced. To exclude one for good, put a comment above it: // observe-ignore langfuse/tool-untraced: <reason>',
        );
      }
    }
  }
}

async function page(pages: readonly string[], terminal: Terminal): Promise<void> {
  for (const [at, text] of pages.entries()) {
    terminal.say(text);
    if (at + 1 < pages.length && !(await askForNext(at + 1, pages.length))) return;
  }
}
