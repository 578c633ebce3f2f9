import type { IssueRow } from '../../src/dashboard/contract/issues.js';
import type { SessionRow } from '../../src/dashboard/contract/sessions.js';
import { href } from '../router.js';

const TITLE_SHOWN = 120;

/** Text from outside in a list: one line, cut where nobody reads on. */
export function cut(text: string, length = TITLE_SHOWN): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

export function SessionLink({ row }: { row: SessionRow }) {
  return (
    <a class="name" href={href(['sessions', row.id])} data-row>
      {cut(row.title || row.id)}
    </a>
  );
}

export function IssueLink({ row }: { row: Pick<IssueRow, 'id' | 'title'> }) {
  return (
    <a class="name" href={href(['sessions'], { issue: row.id })} data-row>
      {cut(row.title || row.id)}
    </a>
  );
}

/** A link out of the page, to the web and nowhere else: what is no web address is shown as text. */
export function OutLink({ url, label }: { url: string; label: string }) {
  return isWeb(url) ? (
    <a href={url} target="_blank" rel="noopener noreferrer">
      {label}
    </a>
  ) : (
    <span>{label}</span>
  );
}

function isWeb(url: string): boolean {
  try {
    return ['http:', 'https:'].includes(new URL(url).protocol);
  } catch {
    return false;
  }
}
