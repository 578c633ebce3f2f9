import type { Issue } from '../issues/issue.js';

/** Fields of an issue that show its kind before work starts. */
export type KindOf = Pick<Issue, 'title' | 'description' | 'design' | 'acceptance' | 'type' | 'labels'>;

const AREA = /^(?:area|scope|component|package|part)[:/](.+)$/;
/** Labels about the handling of an issue, not about its topic. */
const NO_AREA = /^(?:model|agent|complexity|priority|status|good first issue|help wanted)\b/i;
const PATH = /(?:^|[\s`("'])((?:packages|apps|libs?|src|tests?|docs|services|workers)\/[\w.@-]+)/;
/** Total characters of its texts. */
const SIZES = [
  { most: 400, name: 'small' },
  { most: 2000, name: 'medium' },
] as const;

/**
 * The kind of work, from general to specific: the Atlas task (or the issue's type), the part of the project
 * (a label, or a path in its text), and the length of its text.
 */
export function kindOf(issue: KindOf, task: string | null): string[] {
  const general = task ?? issue.type;
  const area = areaOf(issue);
  const text = [issue.title, issue.description, issue.design, issue.acceptance].join(' ');
  const size = SIZES.find(({ most }) => text.length < most)?.name ?? 'large';
  const special = area === undefined ? general : `${general} · ${area}`;
  return [...new Set([general, special, `${special} · ${size}`])];
}

function areaOf({ title, description, labels }: KindOf): string | undefined {
  const named = labels.flatMap((label) => AREA.exec(label)?.[1] ?? []).sort()[0];
  const label = [...labels].filter((one) => !NO_AREA.test(one) && !AREA.test(one)).sort()[0];
  return named ?? label ?? PATH.exec(`${title} ${description ?? ''}`)?.[1];
}
