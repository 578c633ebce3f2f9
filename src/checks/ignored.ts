import { type Finding, finding } from '../core/findings.js';
import { type IgnoreComment, ignoreComments } from '../core/ignore-comments.js';
import { isRuleId, type RuleId } from '../core/rules.js';

/** A file that people can write comments into. */
export interface Commented {
  readonly path: string;
  readonly text: string;
}

type Place = Pick<Finding, 'file' | 'line'>;

/** Findings that planning already skipped because of a comment. */
export interface LeftAlone extends Place {
  readonly rule: RuleId;
  /** Line of the comment. It may be far from the tool, at the dispatcher that runs it. */
  readonly reason: string;
}

/**
 * Drops silenced findings, and reports comments that silence nothing.
 * @param isLookedInto true if the rule was checked
 */
export function ignored(
  findings: readonly Finding[],
  files: readonly Commented[],
  leftAlone: readonly LeftAlone[],
  isLookedInto: (rule: RuleId) => boolean,
): { open: Finding[]; silenced: Finding[] } {
  const remaining = new Set(findings);
  const silenced: Finding[] = [];
  const remarks: Finding[] = [];
  for (const { path, text } of files) {
    for (const comment of ignoreComments(path, text)) {
      const isHere = ({ file, line }: Place) => file === path && comment.lines.includes(line);
      const met = findings.filter((finding) => finding.rule === comment.rule && isHere(finding));
      const isObeyed = leftAlone.some(
        (one) => one.rule === comment.rule && (isHere(one) || one.reason === comment.reason),
      );
      if (comment.reason === '') remarks.push(withoutReason(path, comment));
      else if (met.length === 0 && !isObeyed) {
        if (!isRuleId(comment.rule) || isLookedInto(comment.rule)) remarks.push(unused(path, comment));
      } else for (const finding of met) if (remaining.delete(finding)) silenced.push(finding);
    }
  }
  return { open: [...remaining, ...remarks], silenced };
}

function withoutReason(file: string, { rule, line }: IgnoreComment): Finding {
  return finding({
    rule: 'check/ignore-without-reason',
    file,
    line,
    message: 'This comment gives no reason, so it silences nothing.',
    fix: `Add the reason after a colon: observe-ignore ${rule === '' ? '<rule>' : rule}: <reason>`,
  });
}

function unused(file: string, { rule, line }: IgnoreComment): Finding {
  const why = isRuleId(rule) ? `${rule} reports nothing here` : `there is no rule "${rule}"`;
  return finding({
    rule: 'check/ignore-unused',
    file,
    line,
    message: `This comment silences nothing: ${why}.`,
    fix: 'Delete it, or move it to the line of the finding or the line above.',
  });
}
