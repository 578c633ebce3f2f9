import type { Measures } from '../dashboard/contract/measures.js';
import { EXIT } from '../errors.js';
import type { Outcome } from '../output.js';
import { figureText, judge, readThresholds, thresholdText } from '../rules/threshold.js';

export const FAIL_ON = {
  type: 'string',
  describe: 'Exit with 1 if this is true, such as "errors>0" or "p95>200ms | error rate>5%"',
} as const;

/**
 * Adds the results of thresholds to a command's output. Without any recorded request, a threshold fails too,
 * because a check without data proves nothing.
 */
export function withThresholds(outcome: Outcome, failOn: string | undefined, total: () => Measures): Outcome {
  if (failOn === undefined) {
    return outcome;
  }
  const measures = total();
  const results = readThresholds(failOn).map((threshold) => {
    const { value, passed } = judge(threshold, measures);
    return {
      threshold: thresholdText(threshold),
      value,
      failed: passed ?? true,
      known: passed !== null,
      figure: threshold.figure,
    };
  });
  const lines = results.map(({ threshold, value, failed, known, figure }) =>
    known
      ? `${failed ? 'Failed' : 'Passed'}: ${threshold} (${figureText(figure, value)})`
      : `Failed: ${threshold} can't be checked, because nothing was recorded in this period.`,
  );
  return {
    data: { ...(outcome.data as object), checks: results.map(({ figure: _, ...result }) => result) },
    text: [outcome.text, ...lines].filter(Boolean).join('\n'),
    exitCode: results.some(({ failed }) => failed) ? EXIT.failed : EXIT.ok,
  };
}
