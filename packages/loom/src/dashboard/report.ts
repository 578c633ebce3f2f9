import { createHash } from 'node:crypto';
import type { Asset } from './assets.js';
import type { AtlasBreakdown } from './contract/atlas.js';
import type { EmbeddedReport } from './contract/report.js';
import type { SessionPage } from './contract/sessions.js';
import type { Tools } from './contract/tools.js';
import type { TracePage, TraceRow } from './contract/traces.js';
import { answerView } from './routes.js';
import type { ViewContext } from './views/view.js';

const TRACES_LISTED = 500;
const TRACES_WHOLE = 100;
const SESSIONS = 200;
const DETAILS = 50;
/** The periods of a report. The first is the page's default, a day. */
const SPANS = [undefined, '7d', '30d'] as const;
const DEFAULT_SPAN = '24h';

/** All answers of a report: the newest rows of lists, and the details that the reader can open. */
export async function reportAnswers(context: ViewContext): Promise<EmbeddedReport> {
  const answers: Record<string, unknown> = {};
  const ask = async <T>(path: string, params: Params = {}): Promise<T> => {
    const query = queryOf(params);
    const answer = await answerView(context, path, query);
    answers[query.size > 0 ? `${path}?${query}` : path] = answer;
    return answer as T;
  };
  const sessions = new Set<string>();
  let hasMoreSessions = false;
  for (const last of SPANS) {
    await askFigures(ask, last);
    // The list of sessions has an explicit period, because the report contains only these sessions.
    const time = last ?? DEFAULT_SPAN;
    const page = await ask<SessionPage>('sessions', { last: time, limit: String(SESSIONS) });
    delete answers[`sessions?${queryOf({ last: time, limit: String(SESSIONS) })}`];
    answers[`sessions?last=${time}`] = { ...page, next: null };
    hasMoreSessions ||= page.next !== null;
    for (const { id } of page.rows) {
      sessions.add(id);
    }
  }
  for (const name of ['filled', 'rules', 'issues', 'budgets']) {
    await ask(name);
  }
  const listed = await ask<TracePage>('traces', { limit: String(TRACES_LISTED) });
  answers.traces = { ...listed, next: null };
  const opened = tracesToOpen(listed.rows);
  for (const row of opened) {
    const path = `traces/${encodeURIComponent(row.id)}`;
    await ask(path);
    await ask(`${path}/platform`);
  }
  for (const id of sessions) {
    await ask(`sessions/${encodeURIComponent(id)}`);
  }
  return { madeAt: context.now, answers, cut: cutNote(listed, opened.length, hasMoreSessions) };
}

type Params = Readonly<Record<string, string | undefined>>;
type Ask = <T>(path: string, params?: Params) => Promise<T>;

/** Sorted in the same way as on the page. */
function queryOf(params: Params): URLSearchParams {
  const given = Object.entries(params).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return new URLSearchParams(given.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Adds all answers about one period. */
async function askFigures(ask: Ask, last: string | undefined): Promise<void> {
  for (const path of [
    'overview',
    'curves',
    'errors',
    'clients',
    'agents',
    'trend',
    'routing',
    'mcp-sessions',
  ]) {
    await ask(path, { last });
  }
  const { rows } = await ask<Tools>('tools', { last });
  for (const name of [...new Set(rows.map(({ tool }) => tool))].slice(0, DETAILS)) {
    await ask(`tools/${encodeURIComponent(name)}`, { last });
    await ask('curves', { last, tool: name });
  }
  const { dimension: first, dimensions } = await ask<AtlasBreakdown>('atlas', { last });
  for (const dimension of dimensions) {
    await ask('trend', { last, by: dimension });
    if (dimension !== first) {
      await ask('atlas', { last, dimension });
    }
  }
}

/** Lists the data that was left out. Figures and curves are complete, but lists are not. */
function cutNote(listed: TracePage, opened: number, hasMoreSessions: boolean): string | null {
  const { rows, total, more } = listed;
  const parts = [
    rows.length < total ? `the newest ${rows.length} of ${total}${more ? ' or more' : ''} traces` : '',
    opened < rows.length ? `the details of ${opened} of them, the failed ones first` : '',
    hasMoreSessions ? `the newest ${SESSIONS} sessions of agents` : '',
  ].filter(Boolean);
  return parts.length > 0
    ? `This report holds ${parts.join(', and ')}. Counts and curves are complete. Run lm dashboard to see everything.`
    : null;
}

/** The newest traces, and failed ones of the rest: readers open a report for these. */
function tracesToOpen(rows: readonly TraceRow[]): readonly TraceRow[] {
  const newest = rows.slice(0, TRACES_WHOLE);
  const failed = rows.slice(TRACES_WHOLE).filter((row) => row.failed);
  return [...newest, ...failed.slice(0, TRACES_WHOLE)];
}

/** The page with its style, code and answers, as one document that makes no requests. */
export function reportDocument(assets: ReadonlyMap<string, Asset>, report: EmbeddedReport): string {
  const page = textOf(assets, '/index.html');
  const style = textOf(assets, '/app.css').replaceAll('</style', '<\\/style');
  const script = textOf(assets, '/app.js').replaceAll('</script', '<\\/script');
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return withPart(
    withPart(
      withPart(
        withPart(page, /<link rel="stylesheet" href="app\.css">/, `<style>${style}</style>`),
        /<script src="app\.js" defer><\/script>\s*/,
        '',
      ),
      /(<meta charset="utf-8">)/i,
      `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">`,
    ),
    /<\/body>/,
    // At the end of the body, because an inline script can't be deferred.
    `<script type="application/json" id="report">${embeddedJson(report)}</script>\n<script>${script}</script>\n</body>`,
  );
}

/** JSON that can't close its element, start an HTML comment, or break a line in old parsers. */
export function embeddedJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

function withPart(page: string, pattern: RegExp, part: string): string {
  if (!pattern.test(page)) {
    throw new Error(`The page has no ${pattern.source}`);
  }
  // A replacer function, because `$&` in a replacement text would have a meaning.
  return page.replace(pattern, () => part);
}

function textOf(assets: ReadonlyMap<string, Asset>, path: string): string {
  const asset = assets.get(path);
  if (!asset) {
    throw new Error(`The page has no ${path}`);
  }
  return asset.body.toString('utf8');
}
