import { useEffect, useState } from 'preact/hooks';

/** The current page. It is in the hash, so that the page also works as a report from disk. */
export interface Place {
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

type Query = Readonly<Record<string, string | undefined>>;

export function place(hash = location.hash): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  return { path: path.split('/').filter(Boolean).map(decode), query: new URLSearchParams(query) };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // typed by hand
  }
}

/** Parameters that links keep from page to page: the period and the selected server. */
const CARRIED = ['last', 'since', 'from', 'to', 'server'];

/** The address of a page with the same period. */
export function href(path: readonly string[], query: Query = {}): string {
  const { query: here } = place();
  const carried = CARRIED.map((name) => [name, here.get(name) ?? undefined] as const);
  return address(path, { ...Object.fromEntries(carried), ...query });
}

function address(path: readonly string[], query: Query): string {
  const words = Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]));
  const search = words.length > 0 ? `?${new URLSearchParams(words)}` : '';
  return `#/${path.map(encodeURIComponent).join('/')}${search}`;
}

/** Changes the query without a new entry in the history. `undefined` removes a parameter. */
export function setQuery(change: Query): void {
  const { path, query } = place();
  const merged = { ...Object.fromEntries(query), ...change };
  history.replaceState(history.state, '', address(path, merged));
  dispatchEvent(new HashChangeEvent('hashchange'));
}

export function usePlace(): Place {
  const [now, setNow] = useState(place);
  useEffect(() => {
    const moved = () => setNow(place());
    addEventListener('hashchange', moved);
    return () => removeEventListener('hashchange', moved);
  }, []);
  return now;
}

/** Restores the scroll position when the reader goes back. A new page starts at the top. */
export function keepScroll(): void {
  history.scrollRestoration = 'manual';
  const left = new Map<number, number>();
  let current = 0;
  let steps = 0;
  const onNavigate = () => {
    const known: unknown = history.state?.step;
    const isBack = typeof known === 'number';
    current = isBack ? known : ++steps;
    if (!isBack) history.replaceState({ step: current }, '');
    const top = isBack ? (left.get(current) ?? 0) : 0;
    // After the new page is drawn, which takes one frame if its answer is cached.
    requestAnimationFrame(() => requestAnimationFrame(() => scrollTo(0, top)));
  };
  addEventListener('scroll', () => left.set(current, scrollY), { passive: true });
  addEventListener('popstate', onNavigate);
  if (typeof history.state?.step === 'number') steps = history.state.step;
  onNavigate();
}
