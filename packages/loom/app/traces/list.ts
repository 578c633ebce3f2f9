import type { TracePage, TraceRow } from '../../src/dashboard/contract/traces.js';
import { onLive } from '../live.js';
import { addressOf, type Parameters, read } from '../source.js';

const NEXT_PAGE = 500;
const SETTLE_MS = 100;
const PAUSE_MS = 800;

/**
 * The traces of one filter. Pages are added as the reader scrolls. New traces are added on top, or held back
 * while the reader has scrolled down.
 */
export class TraceList {
  rows: TraceRow[] = [];
  /** New traces that are held back, so that nothing moves while the reader looks at it. */
  held = 0;
  total = 0;
  hasMore = false;
  /** In how many traces inputs and outputs were searched; null if in all. */
  searched: number | null = null;
  error: string | null = null;
  isLoaded = false;
  /** Traces that arrived while the page was open. They are highlighted for a moment. */
  readonly fresh = new Set<string>();
  isAtTop = true;

  private readonly known = new Set<string>();
  private next: string | null = null;
  private isLoading = false;
  private waiting: TracePage | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private askedAt = 0;
  private asked = 0;
  private answered = 0;
  private stopLive: (() => void) | undefined;

  private changed: () => void = () => {};

  constructor(private readonly filter: () => Parameters) {}

  /** Calls `changed` from now on, and loads traces that arrived while no page was attached. */
  attach(changed: () => void): void {
    this.changed = changed;
    this.stopLive = onLive(() => this.schedule());
    void this.refresh();
  }

  detach(): void {
    this.stopLive?.();
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  async loadMore(): Promise<void> {
    if (this.isLoading || this.next === null) return;
    this.isLoading = true;
    const before = this.next;
    try {
      const page = await this.ask({ before, limit: NEXT_PAGE });
      // If the list was restarted in the meantime, this page does not continue it.
      if (this.next === before) {
        // In place: copying a hundred thousand rows for each page would be slow.
        for (const row of page.rows) if (!this.known.has(row.id)) this.rows.push(row);
        this.remember(page.rows);
        this.next = page.next;
      }
      this.error = null;
    } catch (error) {
      this.error = messageOf(error);
    }
    this.isLoading = false;
    this.changed();
  }

  /** Adds the traces that were held back. */
  release(): void {
    if (!this.waiting) return;
    this.put(this.waiting);
    this.changed();
  }

  private schedule(): void {
    if (this.timer !== undefined) return;
    this.timer = setTimeout(
      () => {
        this.timer = undefined;
        void this.refresh();
      },
      Math.max(SETTLE_MS, this.askedAt + PAUSE_MS - Date.now()),
    );
  }

  private async refresh(): Promise<void> {
    this.askedAt = Date.now();
    this.asked += 1;
    const turn = this.asked;
    try {
      const page = await this.ask({});
      // A later request may have been answered first.
      if (turn < this.answered) return;
      this.answered = turn;
      this.receive(page);
      this.error = null;
    } catch (error) {
      this.error = messageOf(error);
    }
    this.changed();
  }

  private ask(page: Parameters): Promise<TracePage> {
    return read<'traces'>(addressOf('traces', undefined, { ...this.filter(), ...page }));
  }

  private receive(page: TracePage): void {
    this.total = page.total;
    this.hasMore = page.more;
    this.searched = page.searched;
    if (!this.isLoaded || this.isAtTop) {
      this.put(page);
      return;
    }
    this.held = page.rows.filter((row) => !this.known.has(row.id)).length;
    this.waiting = this.held > 0 ? page : null;
    // A visible trace may have changed: its root has arrived, or its cost.
    const now = new Map(page.rows.map((row) => [row.id, row]));
    for (const [at, row] of this.rows.entries()) this.rows[at] = now.get(row.id) ?? row;
  }

  private remember(rows: readonly TraceRow[]): void {
    for (const row of rows) this.known.add(row.id);
  }

  private put(page: TracePage): void {
    const ids = new Set(page.rows.map((row) => row.id));
    if (this.isLoaded) for (const id of ids) if (!this.known.has(id)) this.fresh.add(id);
    const last = page.rows.at(-1);
    const meets = page.rows.some((row) => this.known.has(row.id));
    if (this.filter()['sort'] === undefined && last && meets) {
      const older = this.rows.filter((row) => !ids.has(row.id) && row.startedAt <= last.startedAt);
      this.rows = [...page.rows, ...older];
      if (older.length === 0) this.next = page.next;
    } else {
      this.rows = [...page.rows];
      this.next = page.next;
      this.known.clear();
    }
    this.remember(page.rows);
    this.held = 0;
    this.waiting = null;
    this.isLoaded = true;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
