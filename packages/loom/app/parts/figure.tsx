import type { ComponentChildren } from 'preact';

interface FigureProps {
  readonly name: string;
  readonly value: ComponentChildren;
  /** Below the figure, one line each. */
  readonly notes: readonly ComponentChildren[];
}

export function Figure({ name, value, notes }: FigureProps) {
  return (
    <div class="figure">
      <h2>{name}</h2>
      <p class="value">{value}</p>
      <ul class="faint">
        {notes.map((note, at) => (
          <li key={at}>{note}</li>
        ))}
      </ul>
    </div>
  );
}
