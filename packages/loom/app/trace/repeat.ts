import type { TraceView } from '../../src/dashboard/contract/trace.js';

/** Where `wrangler dev` serves, and most servers put their endpoint; the reader changes it where theirs is elsewhere. */
const ENDPOINT = 'http://127.0.0.1:8787/mcp';

type Call = Pick<TraceView, 'row' | 'input'>;

/** The recorded input again: what was masked in it stays masked. */
export function curlCall({ row, input }: Call): string {
  const request = {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: row.tool, arguments: isObject(input) ? input : {} },
  };
  return [
    `curl -X POST ${ENDPOINT}`,
    `-H 'content-type: application/json'`,
    `-H 'accept: application/json, text/event-stream'`,
    `--data-raw ${quoted(JSON.stringify(request))}`,
  ].join(' \\\n  ');
}

export function inspectorCall({ row, input }: Call): string {
  const values = Object.entries(isObject(input) ? input : {}).map(([name, value]) =>
    quoted(`${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`),
  );
  return [
    `npx @modelcontextprotocol/inspector --cli ${ENDPOINT} --transport http`,
    `--method tools/call --tool-name ${quoted(row.tool ?? '')}`,
    ...values.map((value) => `--tool-arg ${value}`),
  ].join(' \\\n  ');
}

/** One word for a POSIX shell, whatever stands in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
