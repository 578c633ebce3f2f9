import type { Database } from '../../../packages/loom/src/store/database.js';
import type { Random } from './random.js';
import type { SeededSession } from './seed-loom.js';

const DAY_MS = 86_400_000;
const DAYS = 45;
/** The newest traces also have the platform's spans. */
const WITH_PLATFORM_SPANS = 60;

interface Tool {
  readonly server: string;
  readonly name: string;
  readonly task: string;
  /** Of its duration, in ms. */
  readonly median: number;
  readonly errors: number;
  /** How often it is called, relative to the others. */
  readonly weight: number;
  readonly model?: string;
}

const TOOLS: readonly Tool[] = [
  { server: 'notes-mcp', name: 'search_notes', task: 'extract', median: 40, errors: 0.01, weight: 30 },
  { server: 'notes-mcp', name: 'add_note', task: 'transform', median: 25, errors: 0.02, weight: 18 },
  {
    server: 'notes-mcp',
    name: 'summarize_note',
    task: 'summarize',
    median: 1800,
    errors: 0.04,
    weight: 12,
    model: 'claude-haiku-4-5-20251001',
  },
  { server: 'billing-mcp', name: 'get_invoice', task: 'extract', median: 90, errors: 0.02, weight: 16 },
  {
    server: 'billing-mcp',
    name: 'classify_ticket',
    task: 'classify',
    median: 700,
    errors: 0.05,
    weight: 10,
    model: 'gpt-5-mini',
  },
  { server: 'billing-mcp', name: 'refund', task: 'orchestrate', median: 320, errors: 0.18, weight: 6 },
  {
    server: 'search-mcp',
    name: 'answer_question',
    task: 'generate',
    median: 4200,
    errors: 0.06,
    weight: 6,
    model: 'claude-sonnet-4-20250514',
  },
  {
    server: 'search-mcp',
    name: 'rank_with_private_model',
    task: 'recommend',
    median: 600,
    errors: 0.03,
    weight: 2,
    model: 'acme-private-1',
  },
];
/** Micro-USD of one generation. Other models have no known price. */
const PRICES: Readonly<Record<string, number>> = {
  'claude-haiku-4-5-20251001': 1900,
  'gpt-5-mini': 800,
  'claude-sonnet-4-20250514': 14_000,
};
const BAG = TOOLS.flatMap((tool) => Array<Tool>(tool.weight).fill(tool));

const QUESTIONS = [
  'refund policy for annual plans',
  'why did the import of 2026-10-04 fail?',
  'notes tagged "launch" from last week',
  '<img src=x onerror=alert(1)>',
  '</script><script>alert(document.domain)</script>',
  'größere Änderungen für Müller & Söhne — 価格改定',
];
const ERRORS = [
  { message: 'The invoice 4711 was not found', type: 'tool_error' },
  { message: 'D1_ERROR: no such table: refunds', type: 'exception' },
  { message: 'Timed out after 10000 ms', type: 'timeout' },
  { message: 'Rate limited by the provider; try again in 12 s', type: 'upstream_4xx' },
  { message: 'Error: <svg onload=alert(2)> is not a number', type: 'invalid_arguments' },
];
const CLIENTS = [
  { name: 'claude-code', version: '2.1.152' },
  { name: 'claude-code', version: '2.1.160' },
  { name: 'cursor', version: '1.9.0' },
  { name: null, version: null },
] as const;
const RELEASES = ['2026.11.1', '2026.11.2'];

export function seedTraces(
  db: Database,
  random: Random,
  count: number,
  now: number,
  sessions: readonly SeededSession[],
): void {
  const from = now - DAYS * DAY_MS;
  for (let n = 0; n < count; n += 1) {
    // Evenly distributed, except that the last twentieth is in the last two hours, so that the newest page is
    // busy.
    const recent = n >= count * 0.95;
    const share = recent ? (n - count * 0.95) / (count * 0.05) : n / (count * 0.95);
    const start = recent ? now - 7_200_000 * (1 - share) : from + (now - 7_200_000 - from) * share;
    const session = random.chance(0.25)
      ? sessions[Math.min(sessions.length - 1, Math.floor((n / count) * sessions.length))]
      : undefined;
    seedTrace(db, random, {
      seq: n + 1,
      tool: random.pick(BAG),
      startUs: Math.floor(start * 1000),
      session,
      release: n < count * 0.3 ? null : (RELEASES[n < count * 0.97 ? 0 : 1] ?? null),
      platform: count - n <= WITH_PLATFORM_SPANS,
    });
  }
}

interface TraceSeed {
  readonly seq: number;
  readonly tool: Tool;
  readonly startUs: number;
  readonly session: SeededSession | undefined;
  readonly release: string | null;
  readonly platform: boolean;
}

interface ObservationSeed {
  readonly id: string;
  readonly parent: string | null;
  readonly type: string;
  readonly name: string;
  readonly startUs: number;
  readonly durationUs: number;
  readonly error?: string | undefined;
  readonly model?: string | undefined;
  readonly tokens?: readonly [number, number];
  readonly input?: unknown;
  readonly output?: unknown;
  readonly metadata?: Record<string, unknown>;
}

function seedTrace(
  db: Database,
  random: Random,
  { seq, tool, startUs, session, release, platform }: TraceSeed,
): void {
  const id = random.hex(32);
  const name = `${tool.server}:${tool.name}`;
  const durationUs = Math.max(200, Math.round(random.skewed(tool.median) * 1000));
  const fault = random.chance(tool.errors) ? random.pick(ERRORS) : undefined;
  const error = fault?.message;
  const client = random.pick(CLIENTS);
  const question = random.pick(QUESTIONS);
  const metadata = {
    'touchpoint.type': 'mcp_server',
    'touchpoint.mcp_server': tool.server,
    'ai_task.type': tool.task,
    'ai_task.skill': tool.name,
    'human_task.oversight_level': tool.name === 'refund' ? 'required' : 'optional',
  };
  const root = random.hex(16);
  const observations: ObservationSeed[] = [
    {
      id: root,
      parent: null,
      type: 'tool',
      name,
      startUs,
      durationUs,
      error,
      input: { query: question, limit: random.int(1, 50) },
      output: error
        ? undefined
        : { content: [{ type: 'text', text: `${random.int(0, 40)} found: ${question}` }] },
      metadata,
    },
  ];
  if (tool.model) {
    observations.push({
      id: random.hex(16),
      parent: root,
      type: 'generation',
      name: 'completion',
      startUs: startUs + Math.round(durationUs * 0.15),
      durationUs: Math.round(durationUs * 0.8),
      error: error && random.chance(0.5) ? error : undefined,
      model: tool.model,
      tokens: [random.int(100, 6000), random.int(20, 900)],
      input: [
        { role: 'system', content: 'Answer in one paragraph.' },
        { role: 'user', content: question },
      ],
      output: { role: 'assistant', content: `In short: ${question}` },
    });
  } else if (random.chance(0.4)) {
    observations.push({
      id: random.hex(16),
      parent: root,
      type: 'span',
      name: 'load rows',
      startUs: startUs + Math.round(durationUs * 0.1),
      durationUs: Math.round(durationUs * 0.5),
      input: { table: 'notes' },
      output: { rows: random.int(0, 90) },
    });
  }
  const cost = tool.model ? PRICES[tool.model] : undefined;
  const micros = cost === undefined ? null : Math.round(random.skewed(cost));
  for (const observation of observations) {
    insertObservation(db, id, observation, micros);
  }
  const generations = tool.model ? 1 : 0;
  const tokens = observations.reduce((sum, { tokens: [i, o] = [0, 0] }) => sum + i + o, 0);
  db.run(
    `INSERT INTO traces(seq, id, name, server, tool, errors, status_message, started_us, duration_us, ended_us, root_id,
       session_id, user_id, environment, release, observations, generations, tokens, cost_micros, unpriced,
       loom_session_id, loom_basis, updated_at, fields, method, error_type, client_name, client_version)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    seq,
    id,
    name,
    tool.server,
    tool.name,
    observations.filter((observation) => observation.error).length,
    error,
    startUs,
    durationUs,
    startUs + durationUs,
    root,
    random.chance(0.6) ? `chat-${random.int(1, 400)}` : null,
    random.chance(0.3) ? random.pick(['ada', 'grace', 'linus']) : null,
    random.pick(['production', 'production', 'development']),
    release,
    observations.length,
    generations,
    tokens,
    micros,
    generations > 0 && micros === null ? 1 : 0,
    session?.id ?? null,
    session ? 'tool and moment' : null,
    Math.ceil((startUs + durationUs) / 1000),
    JSON.stringify({ tags: [tool.server], metadata }),
    'tools/call',
    fault?.type,
    client.name,
    client.version,
  );
  for (const [dimension, term] of Object.entries(metadata)) {
    db.run('INSERT INTO trace_atlas VALUES (?, ?, ?)', dimension, term, seq);
  }
  if (seq % 10 === 0) {
    db.run(
      `INSERT INTO scores(id, trace_id, name, data_type, value, comment, at, received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      `score-${seq}`,
      id,
      random.pick(['success', 'feedback']),
      'NUMERIC',
      error ? 0 : 1,
      random.pick([null, 'checked by hand']),
      Math.ceil(startUs / 1000),
      Math.ceil(startUs / 1000),
    );
  }
  if (platform) {
    seedPlatform(db, random, id, tool.server, startUs, durationUs);
  }
}

function insertObservation(
  db: Database,
  traceId: string,
  observation: ObservationSeed,
  micros: number | null,
): void {
  const [input, output] = observation.tokens ?? [null, null];
  const priced = observation.model !== undefined;
  db.run(
    `INSERT INTO observations(trace_id, id, parent_id, type, name, level, started_us, duration_us, is_app_root, model,
       input_tokens, output_tokens, total_tokens, cost_micros, cost_basis, source, status_message, input, output, detail)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'otlp', ?, ?, ?, ?)`,
    traceId,
    observation.id,
    observation.parent,
    observation.type,
    observation.name,
    observation.error ? 'ERROR' : 'DEFAULT',
    observation.startUs,
    observation.durationUs,
    observation.parent === null,
    observation.model,
    input,
    output,
    input === null || output === null ? null : input + output,
    priced ? micros : null,
    priced ? (micros === null ? 'unpriced' : 'calculated') : null,
    observation.error,
    observation.input === undefined ? null : JSON.stringify(observation.input),
    observation.output === undefined ? null : JSON.stringify(observation.output),
    JSON.stringify({
      metadata: observation.metadata ?? {},
      attributes: {},
      modelParameters: null,
      usage: null,
      cost: null,
      scope: null,
      resource: {},
      trace: { metadata: {} },
      ...(observation.tokens ? { usage: { input, output }, modelParameters: { temperature: 0.2 } } : {}),
    }),
  );
}

function seedPlatform(
  db: Database,
  random: Random,
  traceId: string,
  service: string,
  startUs: number,
  durationUs: number,
): void {
  const root = random.hex(16);
  const part = Math.round(durationUs / 8);
  for (const [at, kind, name, attributes] of [
    [
      -300,
      'request',
      'POST /mcp',
      {
        'http.request.method': 'POST',
        'url.full': 'https://shop.example/mcp',
        'http.response.status_code': 200,
      },
    ],
    [
      part,
      'kv',
      'kv_get',
      { 'cloudflare.kv.query.keys': 'flags:refund', 'cloudflare.kv.response.size': 312 },
    ],
    [
      part * 2,
      'd1',
      'd1_all',
      { 'db.query.text': 'SELECT * FROM notes WHERE tag = ?', 'cloudflare.d1.response.rows_read': 41 },
    ],
    [
      part * 3,
      'fetch',
      'fetch',
      {
        'http.request.method': 'GET',
        'url.full': 'https://api.example.com/v1/rates',
        'http.response.status_code': 200,
      },
    ],
    [
      part * 4,
      'r2',
      'r2_put',
      { 'cloudflare.r2.bucket': 'exports', 'cloudflare.r2.request.key': 'notes.csv' },
    ],
    [part * 5, 'durable_object', 'durable_object_subrequest', { 'jsrpc.method': 'append' }],
  ] as const) {
    const request = kind === 'request';
    db.run(
      `INSERT INTO platform_spans(trace_id, id, parent_id, service, name, kind, started_us, duration_us, outcome, error, attributes)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'ok', NULL, ?)`,
      traceId,
      request ? root : random.hex(16),
      request ? null : root,
      service,
      name,
      kind,
      startUs + at,
      request ? durationUs + 700 : part,
      JSON.stringify(attributes),
    );
  }
}
