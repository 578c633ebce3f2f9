import { PAGES } from './navigation.js';
import { href, place } from './router.js';

/** Time between `g` and the second key. It is long, because a busy machine delivers keys late. */
const CHORD_MS = 5000;

/** `help` opens the list of keys. In a field, only Escape has an effect. */
export function bindKeys(help: () => void): () => void {
  let chordUntil = 0;
  const pressed = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = event.target instanceof HTMLElement ? event.target : document.body;
    // A dialog that was just closed has the focus until the next frame.
    if (target.closest('dialog[open]')) return;
    const isField = target.matches('input, select, textarea');
    if (event.key === 'Escape') {
      if (isField) target.blur();
      else back();
    }
    if (isField || event.key === 'Escape') return;
    const page = event.timeStamp < chordUntil ? PAGES.find(({ key }) => key === event.key) : undefined;
    chordUntil = event.key === 'g' ? event.timeStamp + CHORD_MS : 0;
    if (page) location.hash = href(page.path ? [page.path] : []);
    else if (event.key === '?') help();
    else if (event.key === '/') search();
    else if (event.key === 'j') step(1);
    else if (event.key === 'k') step(-1);
    else return;
    event.preventDefault();
  };
  addEventListener('keydown', pressed);
  return () => removeEventListener('keydown', pressed);
}

/** One level up: from a trace to its list, from a list to the overview. */
function back(): void {
  const { path } = place();
  if (path.length > 1 && history.state?.step > 1) history.back();
  else if (path.length > 0) location.hash = href(path.slice(0, -1));
}

function search(): void {
  const field = document.querySelector<HTMLInputElement>('input[type=search]');
  if (field) {
    field.select();
    return;
  }
  location.hash = href(['traces']);
  requestAnimationFrame(() =>
    requestAnimationFrame(() => document.querySelector<HTMLInputElement>('input[type=search]')?.select()),
  );
}

/** Moves the focus to the next or previous row of the page. */
function step(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('main [data-row]')];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const visible = rows.findIndex((row) => row.getBoundingClientRect().top > 60);
  const next = at < 0 ? rows[Math.max(0, visible)] : rows[at + by];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: 'nearest' });
}
