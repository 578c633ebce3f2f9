/**
 * A report in one file carries the answers it was made with: JSON in `<script type="application/json" id="report">`,
 * with `<` as `\u003c`. The name of an answer is its path below `/view/` and, where a parameter is not its default,
 * `?` and those parameters by name: `overview`, `trend?by=ai_task.type`, `traces/0af7/platform`.
 */
export interface EmbeddedReport {
  readonly madeAt: number;
  readonly answers: Readonly<Record<string, unknown>>;
  /** Description of what was left out; null if nothing was. */
  readonly cut: string | null;
}
