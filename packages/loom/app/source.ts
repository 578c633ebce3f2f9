import type { EmbeddedReport } from '../src/dashboard/contract/report.js';
import type { TracePage } from '../src/dashboard/contract/traces.js';
import type { Views } from '../src/dashboard/contract/views.js';
import { filterRows } from './traces/filter-rows.js';

export type Parameters = Readonly<Record<string, string | number | undefined>>;

/** A failed request, with a message for the reader. */
export class SourceError extends Error {
  constructor(
    message: string,
    readonly isGone: boolean,
  ) {
    super(message);
  }
}

/** The answers embedded in a report; null if there is a server. */
export const report = embedded();

/** The sign-out address of a team's server; null on a laptop, which has no sign-in. */
export const signOut = document.querySelector<HTMLMetaElement>('meta[name="loom-sign-out"]')?.content ?? null;

function embedded(): EmbeddedReport | null {
  const text = document.getElementById('report')?.textContent;
  return text ? JSON.parse(text) : null;
}

/**
 * The address of an answer: its path below `/view/`, and its key in a report. Leave out default parameters.
 */
export function addressOf(view: keyof Views, id: string | undefined, parameters: Parameters = {}): string {
  const path = view.replace(':id', encodeURIComponent(id ?? ''));
  const words = Object.entries(parameters)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => [name, String(value)])
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  return words.length > 0 ? `${path}?${new URLSearchParams(words)}` : path;
}

/** @throws SourceError with a message for the reader. */
export async function read<K extends keyof Views>(address: string, signal?: AbortSignal): Promise<Views[K]> {
  return report ? (held(report, address) as Views[K]) : asked(`view/${address}`, signal);
}

async function asked<T>(path: string, signal?: AbortSignal, init: RequestInit = {}): Promise<T> {
  const response = await fetch(path, { ...init, signal: signal ?? null }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new SourceError(
      signOut
        ? 'The server does not respond.'
        : 'The dashboard has stopped. Start it again with: lm dashboard',
      true,
    );
  });
  if (response.ok) return response.json();
  if (response.status === 401) {
    throw new SourceError(
      signOut
        ? 'Your session has ended. Load the page again to sign in.'
        : 'Your session has ended. Open the address that lm dashboard printed.',
      true,
    );
  }
  const body: { error?: string } = await response.json().catch(() => ({}));
  throw new SourceError(body.error ?? `The dashboard answered with status ${response.status}.`, false);
}

/** Sends a change and returns the new answer. @throws SourceError with a message for the reader. */
export function change<K extends keyof Views>(address: string, what: object): Promise<Views[K]> {
  return asked(`change/${address}`, undefined, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(what),
  });
}

function held({ answers }: EmbeddedReport, address: string): unknown {
  const answer = answers[address];
  if (answer !== undefined) return answer;
  const [path = '', query = ''] = address.split('?');
  const all = answers[path];
  if (path === 'traces' && all) {
    const rows = filterRows((all as TracePage).rows, new URLSearchParams(query));
    if (rows)
      return { rows, total: rows.length, more: false, next: null, searched: null } satisfies TracePage;
  }
  throw new SourceError('This report does not contain that data. Run lm dashboard to see it.', false);
}
