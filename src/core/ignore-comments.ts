import { isRuleId, type RuleId } from './rules.js';

/** Such as `// observe-ignore langfuse/tool-untraced: a health check, called every second`. */
export interface IgnoreComment {
  /** The rule id as written, which may not exist. Empty if missing. */
  readonly rule: string;
  /** Empty if missing. Then the comment silences nothing. */
  readonly reason: string;
  /** 1-based line of the comment. */
  readonly line: number;
  /** The 1-based lines it applies to: its own and, if it is alone on its line, the next line of code. */
  readonly lines: readonly number[];
}

/**
 * A text pattern finds them. A comment inside a string is rare, so a parser for each language is not worth
 * its cost.
 */
const SLASHES = /\/\/\s*observe-ignore\b(.*)|\/\*\s*observe-ignore\b(.*?)\*\//;
const HASH = /#\s*observe-ignore\b(.*)/;
/** Languages whose comments begin with slashes, including templates such as `wrangler.jsonc.example`. */
const HAS_SLASHES = /\.(?:[cm]?[jt]sx?|jsonc?)(?:\.|$)/;
const COMMENT_LINE = /^\s*(?:\/\/|\/\*|\*|#)/;

/** Rules with which a comment excludes a tool from `init` and `check --fix`. */
export const TOOL_RULES: readonly RuleId[] = ['langfuse/tool-untraced', 'langfuse/tool-manual'];

/** The same for the construction of a server. */
export const SERVER_RULES: readonly RuleId[] = ['langfuse/server-unobserved'];

/** @param path its extension shows the kind of comments */
export function ignoreComments(path: string, text: string): IgnoreComment[] {
  if (!text.includes('observe-ignore')) return [];
  const pattern = HAS_SLASHES.test(path) ? SLASHES : HASH;
  const lines = text.split(/\r?\n/);
  const following = linesOfCodeBelow(lines);
  return lines.flatMap((source, index) => {
    const match = pattern.exec(source);
    if (!match) return [];
    const [rule = '', ...reason] = (match[1] ?? match[2] ?? '').split(':');
    const isAlone = source.replace(match[0], '').trim() === '';
    const line = index + 1;
    const next = following[index];
    return [
      {
        rule: rule.trim(),
        reason: reason.join(':').trim(),
        line,
        lines: isAlone && next !== undefined ? [line, next] : [line],
      },
    ];
  });
}

/** For each line, the 1-based number of the next one that is neither blank nor a comment. */
function linesOfCodeBelow(lines: readonly string[]): (number | undefined)[] {
  const below: (number | undefined)[] = new Array(lines.length);
  let next: number | undefined;
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    below[index] = next;
    const line = lines[index] ?? '';
    if (line.trim() !== '' && !COMMENT_LINE.test(line)) next = index + 1;
  }
  return below;
}

/** The reason that silences a rule at a line of a file, or undefined. */
export function ignoreReason(
  comments: readonly IgnoreComment[],
  rules: readonly RuleId[],
  line: number,
): string | undefined {
  return comments.find(
    (comment) =>
      isRuleId(comment.rule) &&
      rules.includes(comment.rule) &&
      comment.reason !== '' &&
      comment.lines.includes(line),
  )?.reason;
}
