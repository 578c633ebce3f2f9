/**
 * A report in one file embeds its answers: JSON in `<script type="application/json" id="report">`, with `<`
 * as `\u003c`. An answer's key is its path below `/view/`. Parameters that differ from their default follow
 * after `?`, sorted by name: `overview`, `trend?by=ai_task.type`, `traces/0af7/platform`.
 */
export interface EmbeddedReport {
  readonly madeAt: number;
  readonly answers: Readonly<Record<string, unknown>>;
  /** Description of what was left out; null if nothing was. */
  readonly cut: string | null;
}
