/** Paths on a grid of 16. */
const PATHS = {
  overview: 'M2.5 2.5h4.5v6H2.5zM9 2.5h4.5v3.5H9zM9 8h4.5v5.5H9zM2.5 10.5H7v3H2.5z',
  traces: 'M2.5 4h7M5 8h7M8 12h5.5',
  tools: 'M9.6 6.4 3 13M9.2 4.2a3 3 0 0 1 3.6-.9L11 5.1l.4 1.5 1.5.4 1.8-1.8a3 3 0 0 1-5.5 1.2z',
  trends: 'M3 13.5V9M6.5 13.5V5.5M10 13.5V7.5M13.5 13.5v-11',
  atlas: 'M2.5 4 6 2.5l4 1.5 3.5-1.5v9.5L10 13.5 6 12l-3.5 1.5zM6 2.5V12M10 4v9.5',
  sessions: 'M2.5 3.5h11v9h-11zM5 6.5 7 8 5 9.5M8.5 10H11',
  issues: 'M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM5.8 8.2 7.3 9.7l3-3.2',
  routing:
    'M3 8h3.5c2 0 2.5-4 4.5-4h2M6.5 8c2 0 2.5 4 4.5 4h2M11.5 2.5 13 4l-1.5 1.5M11.5 10.5 13 12l-1.5 1.5',
  budgets:
    'M8 2v12M11 4.7C10.4 3.9 9.3 3.5 8 3.5c-1.8 0-3 .8-3 2.1C5 9 11 7.2 11 10.4c0 1.3-1.2 2.1-3 2.1-1.4 0-2.5-.5-3.1-1.4',
  trace: 'M2.5 3.5h5M5 8h6M8.5 12.5h5',
  span: 'M3 8h10M3 5.5v5M13 5.5v5',
  generation: 'M8 2.5 9.4 6.6 13.5 8 9.4 9.4 8 13.5 6.6 9.4 2.5 8 6.6 6.6z',
  request: 'M2.5 8h8M7.5 5 10.5 8l-3 3M13.5 3v10',
  fetch: 'M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM2.5 8h11M8 2.5c2 2 2 9 0 11M8 2.5c-2 2-2 9 0 11',
  d1: 'M3 4c0-2 10-2 10 0s-10 2-10 0zM3 4v8c0 2 10 2 10 0V4M3 8c0 2 10 2 10 0',
  kv: 'M5 10.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM7.5 8h6v2.5M11 8v2',
  r2: 'M3 4.5h10l-1.2 9H4.2zM5.5 4.5a2.5 2.5 0 0 1 5 0',
  durable_object: 'M8 2 13.5 5v6L8 14 2.5 11V5zM2.5 5 8 8l5.5-3M8 8v6',
  other: 'M8 9.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3z',
  ok: 'M3.5 8.5 6.5 11.5 12.5 5',
  error: 'M4.5 4.5l7 7M11.5 4.5l-7 7',
  warn: 'M8 2.5 14 13H2zM8 6.5V9.5M8 11.3v.1',
  running: 'M5.5 3.5 12 8l-6.5 4.5z',
  paused: 'M5.5 3.5v9M10.5 3.5v9',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.3 10.3l3.2 3.2',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  theme: 'M8 13.5a5.5 5.5 0 1 0 0-11zM8 2.5a5.5 5.5 0 0 0 0 11z',
  access: 'M4 7.5h8v6H4zM5.5 7.5v-2a2.5 2.5 0 0 1 5 0v2',
  keys: 'M2 4.5h12v7H2zM4.5 7h.1M7 7h.1M9.3 7h.1M11.6 7h.1M5.5 9.5h5',
  copy: 'M5.5 5.5h8v8h-8zM5.5 10.5h-3v-8h8v3',
  out: 'M6.5 3.5h-4v10h10v-4M9 2.5h4.5V7M13.5 2.5 7.5 8.5',
  up: 'M8 13V3.5M4 7.5l4-4 4 4',
  close: 'M4 4l8 8M12 4l-8 8',
} as const;

export type IconName = keyof typeof PATHS;

/** Always has text: next to it, or in `label`. */
export function Icon({ name, label }: { name: IconName; label?: string }) {
  const path = <path d={PATHS[name]} />;
  return label ? (
    <svg class="icon" viewBox="0 0 16 16" role="img" aria-label={label}>
      {path}
    </svg>
  ) : (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      {path}
    </svg>
  );
}
