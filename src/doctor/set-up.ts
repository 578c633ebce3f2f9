import { findingsOf } from '../checks/define-rule.js';
import toolUntraced from '../checks/rules/langfuse/tool-untraced.js';
import { INIT } from '../core/plan.js';
import { manualFinding } from '../plan/tools/tool-findings.js';
import { type Diagnosis, notice, ok, wrong } from './diagnosis.js';
import { type Situation, wants } from './situation.js';

/** Checks whether `init` was run, and whether it would change anything now. */
export function checkSetUp(situation: Situation): Diagnosis[] {
  const { record, plan } = situation;
  const tools = plan.workers.flatMap((worker) => worker.tools);
  const traced = tools.filter((tool) => tool.status === 'traced');
  if (record === undefined && traced.length === 0) {
    return [
      wrong('set-up', {
        message: 'Nothing is set up here: there is no observe.json and no traced tool.',
        fix: INIT,
      }),
    ];
  }
  const layers = record ? `layers ${record.layers.join(', ')}` : 'by hand, without observe.json';
  return [
    ok('set-up', { message: `Set up: ${layers}.` }),
    ...(wants(situation, 'langfuse') ? checkTools(situation) : []),
  ];
}

function checkTools({ plan }: Situation): Diagnosis[] {
  const tools = plan.workers.flatMap((worker) => worker.tools);
  const named = (status: string) => tools.filter((tool) => tool.status === status);
  const [planned, traced, manual] = [named('planned'), named('traced'), named('manual')];
  const [first] = planned;
  const [untraced] = findingsOf(toolUntraced, toolUntraced.find(plan));
  const found: Diagnosis[] = [];
  if (first !== undefined && untraced !== undefined) {
    const count = planned.length === 1 ? '1 tool opens' : `${planned.length} tools open`;
    const message = `${count} no trace, such as "${first.name}" (${first.file}:${first.line}).`;
    found.push(wrong('tools', { ...untraced, message }));
  } else if (traced.length > 0) {
    found.push(
      ok('tools', {
        message: traced.length === 1 ? '1 tool is traced.' : `${traced.length} tools are traced.`,
      }),
    );
  } else {
    const absent = plan.findings.find(({ rule }) => rule === 'langfuse/no-tools');
    found.push(
      absent
        ? wrong('tools', absent)
        : notice('tools', { message: 'No MCP tools were found in what the entry imports.' }),
    );
  }
  const [byHand] = manual;
  if (byHand !== undefined) {
    const count = manual.length === 1 ? '1 tool has' : `${manual.length} tools have`;
    const fix = `To see the code to paste: ${INIT} --dry-run --json, or run check`;
    const message = `${count} to be traced by hand, such as "${byHand.name}" (${byHand.file}:${byHand.line}).`;
    found.push(notice('tools', { ...manualFinding(byHand), message, fix }));
  }
  return found;
}
