import { spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { printed } from '../harness/process.js';
import { type Langfuse, startLangfuse } from './support/langfuse.js';

let langfuse: Langfuse;
beforeAll(async () => {
  langfuse = await startLangfuse();
});
afterAll(() => langfuse.close());

function start(program: string, env: Record<string, string>) {
  return spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: import.meta.dirname,
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
}

/** Runs a program in a new process and returns its output when it has ended by itself. */
function run(program: string, env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const child = start(program, env);
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}

const EXAMPLE = `
  import { createTrace, createGeneration } from '@create-something/observability';
  import { mcpToolMetadata } from '@create-something/observability/atlas';
  const trace = createTrace({
    name: 'harness-mcp:get_priority',
    metadata: mcpToolMetadata('harness-mcp', 'get_priority', 'orchestrate'),
  });
  const gen = createGeneration(trace, { name: 'claude-completion', model: 'claude-sonnet-4', input: [{ role: 'user' }] });
  gen.end({ text: 'hello' }, { input: 150, output: 500 });
`;

test('the documented example arrives without ending the trace', async () => {
  const { code, output } = await run(EXAMPLE, langfuse.keys());
  expect({ code, output }).toEqual({ code: 0, output: '' });
  const [generation, root] = langfuse.spans();
  expect(root).toMatchObject({
    name: 'harness-mcp:get_priority',
    attributes: {
      'langfuse.observation.type': 'tool',
      'langfuse.trace.name': 'harness-mcp:get_priority',
      'langfuse.observation.metadata.ai_task.type': 'orchestrate',
      'langfuse.trace.metadata.touchpoint.mcp_server': 'harness-mcp',
    },
  });
  expect(generation).toMatchObject({
    name: 'claude-completion',
    traceId: root?.traceId,
    parentSpanId: root?.spanId,
    attributes: {
      'langfuse.observation.type': 'generation',
      'langfuse.observation.model.name': 'claude-sonnet-4',
      'langfuse.observation.input': '[{"role":"user"}]',
      'langfuse.observation.output': '{"text":"hello"}',
      'langfuse.observation.usage_details': '{"input":150,"output":500}',
      'langfuse.observation.metadata.ai_task.type': 'generate',
      'langfuse.trace.metadata.touchpoint.mcp_server': 'harness-mcp',
    },
  });
  expect(generation?.attributes).not.toHaveProperty('langfuse.trace.metadata.ai_task.type');
});

test('without keys the program runs as before and prints nothing', async () => {
  const before = langfuse.received.length;
  const program = `${EXAMPLE}
    import { withTrace } from '@create-something/observability';
    console.log(withTrace({ name: 'x' }, (trace) => 40 + 2));`;
  expect(await run(program, {})).toEqual({ code: 0, output: '42\n' });
  expect(langfuse.received.length).toBe(before);
});

test('half a configuration reports the missing half', async () => {
  const { output } = await run(`${EXAMPLE}; createTrace({ name: 'again' })`, {
    LANGFUSE_PUBLIC_KEY: 'pk-lf-x',
  });
  expect(output).toBe(
    '[observability] tracing is off: LANGFUSE_SECRET_KEY is missing. Set it next to the other key.\n',
  );
});

const BUSY = `
  import { withTrace } from '@create-something/observability';
  withTrace({ name: 'last words' }, () => 'done');
  setInterval(() => {}, 1000);
  console.log('ready');`;

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s ends the process as before, after the last export',
  async (signal) => {
    langfuse.received.splice(0);
    const child = start(BUSY, langfuse.keys());
    await printed(child, /ready/);
    child.kill(signal);
    const ended = await new Promise((resolve) => child.on('close', (code, by) => resolve({ code, by })));
    expect(ended).toEqual({ code: null, by: signal });
    expect(langfuse.spans().map(({ name }) => name)).toEqual(['last words']);
  },
);

test("a program's own signal handler still decides", async () => {
  const program = `process.on('SIGTERM', () => setTimeout(() => { console.log('closed'); process.exit(7); }, 50));${BUSY}`;
  const child = start(program, langfuse.keys());
  await printed(child, /ready/);
  child.kill('SIGTERM');
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(7);
});

test('a long-lived process sends by time and by size, many traces to an export', async () => {
  langfuse.received.splice(0);
  const child = start(
    `
    import { withTrace } from '@create-something/observability';
    for (let i = 0; i < 250; i++) withTrace({ name: 't' + i }, () => i);
    setInterval(() => {}, 1000);`,
    langfuse.keys(),
  );
  await langfuse.until(() => langfuse.spans().length === 250);
  expect(langfuse.received.length).toBeLessThanOrEqual(4);
  child.kill('SIGKILL');
});

test('everything can be set in the environment, and invalid values are reported', async () => {
  langfuse.received.splice(0);
  const program = `
    import { withTrace } from '@create-something/observability';
    withTrace({ name: 'set', input: { q: 'words' } }, () => 'out');`;
  const { output } = await run(program, {
    ...langfuse.keys(),
    LANGFUSE_TRACING_ENVIRONMENT: 'staging',
    LANGFUSE_RELEASE: '1.2.3',
    LANGFUSE_CAPTURE_INPUT: 'summary',
    LANGFUSE_CAPTURE_OUTPUT: 'nothing',
    LANGFUSE_SAMPLE_RATE: 'sk-lf-misplaced',
    LANGFUSE_SCORES: 'success,latency',
  });
  expect(output).toBe(
    '[observability] LANGFUSE_SAMPLE_RATE has an unknown value; 1 is used.\n' +
      '[observability] LANGFUSE_CAPTURE_OUTPUT has an unknown value; off is used.\n',
  );
  const [span] = langfuse.spans();
  expect(span?.attributes).toMatchObject({
    'langfuse.environment': 'staging',
    'langfuse.release': '1.2.3',
    'langfuse.observation.input': '{"q":"string(5)"}',
  });
  expect(span?.attributes).not.toHaveProperty('langfuse.observation.output');
  expect(langfuse.scores().map(({ name, environment }) => [name, environment])).toEqual([
    ['success', 'staging'],
    ['latency', 'staging'],
  ]);
});
