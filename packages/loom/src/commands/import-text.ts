import type { Outcome } from '../output.js';
import type { ImportReport } from '../transfer/report.js';

export function importOutcome(report: ImportReport): Outcome {
  const { issues, sessions, checkpoints, links, present, badLines, executions = 0 } = report;
  const lines = [
    `${issues} issues, ${links} links, ${sessions} sessions and ${checkpoints} checkpoints are new.`,
    ...(executions > 0 ? [`${executions} outcomes of earlier work are new; \`lm agents\` shows them.`] : []),
    ...(present > 0 ? [`${present} already exist and were not changed.`] : []),
    ...(badLines > 0 ? [`${badLines} lines could not be read and were skipped.`] : []),
  ];
  return { data: report, text: lines.join('\n') };
}
