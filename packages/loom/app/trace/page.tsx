import { useMemo, useState } from 'preact/hooks';
import type { PlatformView } from '../../src/dashboard/contract/platform.js';
import type { TraceView } from '../../src/dashboard/contract/trace.js';
import type { TraceRow } from '../../src/dashboard/contract/traces.js';
import { short } from '../format.js';
import { Json } from '../parts/json.js';
import { Loaded, PageHead, Panel } from '../parts/panel.js';
import { cut, OutLink } from '../parts/rows.js';
import { Elapsed, Facts, Price, Status, Time } from '../parts/text.js';
import { href } from '../router.js';
import { useView } from '../use-view.js';
import { Actions } from './actions.js';
import { Attribution, Scores } from './belongs.js';
import { Detail } from './detail.js';
import { Events } from './events.js';
import { timeline } from './timeline.js';
import { Legend, Waterfall } from './waterfall.js';

export function TracePage({ id }: { id: string }) {
  const isStale = (trace: TraceRow | null) => trace === null || trace.id === id;
  const answer = useView('traces/:id', { id, isStale });
  return (
    <>
      {!answer.data && <PageHead title="Trace" />}
      <Loaded answer={answer}>{(trace) => <Trace trace={trace} />}</Loaded>
    </>
  );
}

function Trace({ trace }: { trace: TraceView }) {
  const { row } = trace;
  return (
    <>
      <PageHead title={cut(row.tool || row.name)} above={<a href={href(['traces'])}>Traces</a>}>
        <Status
          of={row.failed ? 'error' : 'ok'}
          word={row.failed ? [row.errorType ?? 'failed'].join('').replaceAll('_', ' ') : 'ok'}
        />
        <p class="links">
          {row.tool && row.server && <a href={href(['tools', row.tool])}>Tool page</a>}
          {row.tool && <a href={href(['traces'], { tool: row.tool })}>All of {cut(row.tool, 40)}</a>}
          {trace.langfuseUrl && <OutLink url={trace.langfuseUrl} label="Open in Langfuse" />}
        </p>
      </PageHead>
      <Actions trace={trace} />
      {row.statusMessage && <p class="notice bad">{row.statusMessage}</p>}
      <Summary trace={trace} />
      <Spans trace={trace} />
    </>
  );
}

function Summary({ trace }: { trace: TraceView }) {
  const { row } = trace;
  return (
    <Facts
      items={[
        ['Started', <Time key="at" at={row.startedAt} />],
        ['Duration', <Elapsed key="took" ms={row.durationMs} />],
        ['Tokens', row.tokens > 0 ? short(row.tokens) : null],
        [
          'Cost',
          row.generations > 0 ? <Price key="cost" micros={row.micros} unpriced={row.unpriced} /> : null,
        ],
        ['Server', row.server],
        ['Task', row.task],
        ['Method', row.method],
        [
          'Client',
          row.client && (
            <a href={href(['clients', row.client])}>
              {cut(row.client, 40)} {row.clientVersion}
            </a>
          ),
        ],
        ['Protocol', trace.protocolVersion],
        ['User', row.user && <a href={href(['traces'], { user: row.user })}>{cut(row.user, 40)}</a>],
        [
          'Session',
          row.sessionId && (
            <a
              href={href(
                row.server ? ['mcp-sessions', row.sessionId] : ['traces'],
                row.server ? {} : { session: row.sessionId },
              )}
            >
              {cut(row.sessionId, 40)}
            </a>
          ),
        ],
        [
          'Environment',
          row.environment && (
            <a href={href(['traces'], { environment: row.environment })}>{row.environment}</a>
          ),
        ],
        ['Release', row.release && <a href={href(['traces'], { release: row.release })}>{row.release}</a>],
        ['Tags', trace.tags.join(', ')],
      ]}
    />
  );
}

function Spans({ trace }: { trace: TraceView }) {
  const id = trace.row.id;
  const platform = useView('traces/:id/platform', { id, isStale: (now) => now?.id === id });
  const spans = useMemo(
    () => timeline(trace.observations, platform.data?.spans ?? []),
    [trace.observations, platform.data],
  );
  const [chosen, choose] = useState<string | null>(spans[0]?.key ?? null);
  const span = spans.find(({ key }) => key === chosen);
  return (
    <div class={span ? 'split' : ''}>
      <Panel title="Timeline" side={<Legend spans={spans} />}>
        <Waterfall spans={spans} chosen={chosen} choose={choose} />
        <p class="platform-note" aria-live="polite">
          {platform.error?.message ?? platformNote(platform.data)}{' '}
          {(platform.data?.source === 'cloudflare' || platform.data?.source === null) && (
            <OutLink url={CLOUDFLARE} label="Open Cloudflare’s traces" />
          )}
        </p>
      </Panel>
      {span && <Detail span={span} known={trace.row.statusMessage} close={() => choose(null)} />}
      <div class="split-rest">
        <Events observations={trace.observations} />
        {trace.loom && <Attribution link={trace.loom} />}
        {trace.scores.length > 0 && <Scores scores={trace.scores} />}
        <TraceValues trace={trace} />
      </div>
    </div>
  );
}

/** Cloudflare inserts the reader's account. */
const CLOUDFLARE = 'https://dash.cloudflare.com/?to=/:account/workers-and-pages/observability';

const SOURCES = {
  'wrangler dev': 'Platform spans from wrangler dev.',
  cloudflare: 'Platform spans from Cloudflare.',
  saved: 'Platform spans that were saved here.',
} as const;

/** The source of the platform spans, or why they are missing; and what production would record. */
function platformNote(platform: PlatformView | null): string {
  if (!platform) return 'Loading platform spans…';
  const note = platform.note ?? SOURCES[platform.source ?? 'saved'];
  return [note, platform.production].filter(Boolean).join(' ');
}

/** Fields of the trace that its root does not repeat. */
function TraceValues({ trace }: { trace: TraceView }) {
  const root = trace.observations[0];
  const values = [
    ['Input', isSame(trace.input, root?.input) ? null : trace.input],
    ['Output', isSame(trace.output, root?.output) ? null : trace.output],
    ['Metadata', without(trace.metadata, root?.metadata ?? {})],
  ] as const;
  const said = values.filter(([, value]) => value && Object.keys(value).length > 0);
  return said.length > 0 ? (
    <Panel title="Fields of the trace">
      {said.map(([title, value]) => (
        <Json key={title} title={title} value={value} />
      ))}
    </Panel>
  ) : null;
}

/** Entries that the root does not have. */
function without(all: Readonly<Record<string, unknown>>, known: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.entries(all).filter(([name, value]) => !isSame(value, known[name])));
}

function isSame(a: unknown, b: unknown): boolean {
  try {
    return JSON.stringify(a) === JSON.stringify(b);
  } catch {
    return false; // nested too deep to be written out; it is shown level by level
  }
}
