import type { ComponentChildren } from 'preact';
import type { Answer } from '../use-view.js';

interface PanelProps {
  readonly title: string;
  /** Next to the title: a link or a switch. */
  readonly side?: ComponentChildren;
  readonly children: ComponentChildren;
  readonly wide?: boolean;
}

/** A part of a page with its own heading. */
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

interface PageHeadProps {
  readonly title: string;
  /** A link to the list that the page belongs to. */
  readonly above?: ComponentChildren;
  readonly children?: ComponentChildren;
}

export function PageHead({ title, above, children }: PageHeadProps) {
  return (
    <header class="page-head">
      {above && (
        <p class="above">
          {above} <span aria-hidden="true">/</span>
        </p>
      )}
      <h1>{title}</h1>
      {children}
    </header>
  );
}

export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

interface LoadedProps<T> {
  readonly answer: Answer<T>;
  /** Shown until the first answer. */
  readonly fallback?: ComponentChildren;
  readonly children: (data: T) => ComponentChildren;
}

/** Shows the answer, or a placeholder before the first one. After a failed update, the old answer stays. */
export function Loaded<T>({ answer, fallback, children }: LoadedProps<T>) {
  const { data, error } = answer;
  return (
    <>
      {!data && fallback}
      {error && !(error.isGone && data) && (
        <p class="notice bad" role="alert">
          {error.message}
        </p>
      )}
      {data ? children(data) : !error && <output class="loading">Loading…</output>}
    </>
  );
}
