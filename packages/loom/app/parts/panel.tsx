import type { ComponentChildren } from 'preact';
import type { Answer } from '../use-view.js';

interface PanelProps {
  readonly title: string;
  /** Beside the title: a link, a switch. */
  readonly side?: ComponentChildren;
  readonly children: ComponentChildren;
  readonly wide?: boolean;
}

/** A part of a page under its own heading. */
export function Panel({ title, side, children, wide }: PanelProps) {
  const id = `panel-${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;
  return (
    <section class={wide ? 'panel wide' : 'panel'} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {side}
      </header>
      {children}
    </section>
  );
}

export function PageHead({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <header class="page-head">
      <h1 tabIndex={-1}>{title}</h1>
      {children}
    </header>
  );
}

export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

interface LoadedProps<T> {
  readonly answer: Answer<T>;
  readonly children: (data: T) => ComponentChildren;
}

/** What was answered; until then a quiet placeholder. What is old stays in view when asking again fails. */
export function Loaded<T>({ answer, children }: LoadedProps<T>) {
  const { data, error } = answer;
  return (
    <>
      {error && !(error.isGone && data) && (
        <p class="notice bad" role="alert">
          {error.message}
        </p>
      )}
      {data ? children(data) : !error && <output class="loading">Loading…</output>}
    </>
  );
}
