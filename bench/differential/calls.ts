import { type Arguments, argumentsFor, type Schema } from './arguments.js';
import type { RawClient } from './client.js';

export interface Made {
  readonly tool: string;
  readonly input: Arguments;
  /** The answer as sent on the wire. */
  readonly answer: string;
}

export interface Session {
  readonly list: string;
  readonly calls: readonly Made[];
}

/** Lists the tools and calls each. `after` runs after every call. */
export async function callAll(
  client: RawClient,
  after: (made: Made) => Promise<void> = async () => {},
): Promise<Session> {
  const list = await client.request('tools/list', {});
  const calls: Made[] = [];
  for (const { name, inputSchema } of toolsIn(list)) {
    for (const input of argumentsFor(inputSchema ?? {})) {
      const answer = await client.request('tools/call', { name, arguments: input });
      const made = { tool: name, input, answer };
      calls.push(made);
      await after(made);
    }
  }
  return { list, calls };
}

function toolsIn(list: string): { name: string; inputSchema?: Schema }[] {
  const text = list.startsWith('event:') ? (/^data: (.*)$/m.exec(list)?.[1] ?? '') : list;
  const answer = JSON.parse(text) as { result?: { tools: [] }; tools?: [] };
  const tools = answer.result?.tools ?? answer.tools;
  if (!tools) throw new Error(`tools/list answered ${list.slice(0, 200)}`);
  return tools;
}

/** True if the arguments were rejected before the tool, so there is no trace. */
export function isRefused({ answer }: Made): boolean {
  return /-32602|[Ii]nvalid arguments for tool|Input validation error/.test(answer);
}

export interface Comparison {
  readonly same: number;
  /** Equal except for stack frames, or for ids and times in a response that changes with each run. */
  readonly varying: number;
  readonly different: string[];
}

/** Compares `after` with two runs of `before`. */
export function compare(before: Session, again: Session, after: Session): Comparison {
  const different: string[] = [];
  let same = 0;
  let varying = 0;
  for (const [index, call] of before.calls.entries()) {
    const now = after.calls[index]?.answer ?? 'nothing';
    if (now === call.answer) same += 1;
    else if (withoutFrames(now) === withoutFrames(call.answer)) varying += 1;
    else if (again.calls[index]?.answer !== call.answer && steady(now) === steady(call.answer)) varying += 1;
    else different.push(`${call.tool}(${JSON.stringify(call.input)}): ${difference(call.answer, now)}`);
  }
  if (after.calls.length > before.calls.length) different.push('more tools than before');
  return { same, varying, different };
}

/** Without the frames of a stack, which name lines of the bundle. */
function withoutFrames(answer: string): string {
  return answer.replace(/(?:\\n\s*at [^"\\]*)+/g, '');
}

/** Without ids, times and other numbers. */
function steady(answer: string): string {
  return withoutFrames(answer)
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/gi, '<uuid>')
    .replace(/[0-9a-f]{16,}/gi, '<hex>')
    .replace(/\d+(\.\d+)?/g, '0');
}

function difference(before: string, after: string): string {
  let at = 0;
  while (at < before.length && before[at] === after[at]) at += 1;
  const from = Math.max(0, at - 40);
  return `…${before.slice(from, at + 120)}… became …${after.slice(from, at + 120)}…`;
}
