import { stripVTControlCharacters } from 'node:util';
import { type ReceivedTrace, type Receiver, renderTrace } from '@create-something/loom/receiver';
import { CALLS, callEverything, unexpectedAnswers } from '../../test/harness/calls.js';
import { connectClient } from '../../test/harness/client.js';
import { bootWorker } from '../../test/harness/worker.js';
import { color } from './page.js';
import { promise } from './promises.js';

const SERVER = 'field-notes';
const calls = CALLS.demo;
const CALL = 'tools/call';
const OTHER_REQUESTS = ['initialize', 'tools/list'];

/** Calls every tool of the Worker in workerd, and checks its answers. */
export async function callTools(dir: string, cleanups: (() => Promise<void>)[]): Promise<string> {
  const worker = await bootWorker(dir);
  cleanups.push(worker.stop);
  const client = await connectClient(`${worker.url}/mcp`, 'v1');
  const answers = await callEverything(client, calls);
  await client.close();
  const unexpected = unexpectedAnswers(answers);
  promise(
    unexpected.length === 0,
    'every tool answers as without traces, and failing tools still fail',
    unexpected.join('; '),
  );
  await worker.stop();
  return `${answers.length} calls of an MCP client, answered as before`;
}

/** Waits for one trace per call, and checks them. */
export async function judgeTraces(receiver: Receiver): Promise<string> {
  // The server is observed, so the handshake and the list of tools also have traces.
  const wanted = calls.length + OTHER_REQUESTS.length;
  const late = await receiver.waitForTraces(wanted, { timeoutMs: 15_000 }).then(
    () => '',
    (error: Error) => error.message,
  );
  const arrived = receiver.traces().toSorted((a, b) => a.startMs - b.startMs);
  const traces = arrived.filter((trace) => methodOf(trace) === CALL);
  const others = arrived.filter((trace) => methodOf(trace) !== CALL).map(methodOf);
  promise(
    traces.length === calls.length,
    `${calls.length} calls made ${calls.length} traces`,
    late || `${traces.length} came`,
  );
  promise(
    OTHER_REQUESTS.every((method) => others.includes(method)),
    `requests that reach no tool are recorded too: ${OTHER_REQUESTS.join(', ')}`,
    `came: ${others.join(', ')}`,
  );
  judge(traces);
  return `${arrived.length} arrived: input, output, errors, tokens, session`;
}

/** Two of them as `lm traces` prints them: a tool that asks a model, and one that fails. */
export function shownTraces(receiver: Receiver): string[] {
  const traces = receiver.traces();
  const asks = traces.find(({ root }) => root?.children.some(({ type }) => type === 'generation'));
  const fails = traces.findLast(({ level }) => level === 'ERROR');
  return [asks, fails]
    .filter((trace) => trace !== undefined)
    .flatMap((trace) => renderTrace(trace, { color, width: 60 }).split('\n').filter(isShort));
}

/** Metadata takes more lines than the screen has. */
function isShort(line: string): boolean {
  return /^[✓✗]|(?:input|output|error|generation) /.test(
    stripVTControlCharacters(line).replace(/^[\s├└│─]+/, ''),
  );
}

function methodOf({ metadata }: ReceivedTrace): unknown {
  return metadata['mcp.method.name'];
}

function judge(traces: readonly ReceivedTrace[]): void {
  const wrong = calls.flatMap((call, index) => {
    const trace = traces[index];
    if (trace?.name !== `${SERVER}:${call.tool}`) return [`${trace?.name} where ${call.tool} was called`];
    const failed = trace.level === 'ERROR';
    return failed === (call.fails !== undefined) ? [] : [`${trace.name} has level ${trace.level}`];
  });
  promise(
    wrong.length === 0,
    'each has its tool’s name, and only the failed ones are errors',
    wrong.join('; '),
  );

  const mute = traces.filter((trace) => trace.output === undefined && trace.statusMessage === null);
  promise(mute.length === 0, 'each contains the result', mute.map(({ name }) => name).join(', '));

  const inputs = calls.filter((call, index) => {
    const expected = Object.keys(call.input).length === 0 ? undefined : call.input;
    return expected !== undefined && !holds(traces[index]?.input, expected);
  });
  promise(inputs.length === 0, 'each contains the input', inputs.map(({ tool }) => tool).join(', '));

  const atlas = traces.filter(
    ({ metadata }) => metadata['touchpoint.mcp_server'] !== SERVER || metadata['ai_task.type'] === undefined,
  );
  promise(atlas.length === 0, 'each carries Atlas metadata', atlas.map(({ name }) => name).join(', '));

  const sessions = new Set(traces.map((trace) => trace.sessionId));
  promise(
    sessions.size === 1 && !sessions.has(null),
    'all belong to the session of the client',
    [...sessions].join(', '),
  );

  const generations = traces
    .flatMap((trace) => trace.root?.children ?? [])
    .filter(({ type }) => type === 'generation');
  const [generation] = generations;
  const tokens = (generation?.usage?.input ?? 0) > 0 && (generation?.usage?.output ?? 0) > 0;
  promise(
    generations.length === 1 && tokens && generation?.model === '@cf/meta/llama-3.1-8b-instruct',
    'the model call is a generation with its model and tokens',
    `${generations.length} generations, ${JSON.stringify(generation?.usage)}`,
  );

  const twice = traces.flatMap((trace) => trace.duplicates);
  promise(twice.length === 0, 'nothing was sent twice', twice.join(', '));
}

function holds(actual: unknown, expected: Readonly<Record<string, unknown>>): boolean {
  if (typeof actual !== 'object' || actual === null) return false;
  const found = actual as Record<string, unknown>;
  return Object.entries(expected).every(
    ([key, value]) => JSON.stringify(found[key]) === JSON.stringify(value),
  );
}
