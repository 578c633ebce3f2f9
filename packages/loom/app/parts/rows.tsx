import type { IssueRow } from '../../src/dashboard/contract/issues.js';
import type { SessionRow } from '../../src/dashboard/contract/sessions.js';
import { href } from '../router.js';

const TITLE_SHOWN = 120;

/** Untrusted text in a list, on one line and cut to a readable length. */
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

/** A link to another site. An address that is not http or https is shown as text. */
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
