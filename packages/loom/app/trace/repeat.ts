import type { TraceView } from '../../src/dashboard/contract/trace.js';

/**
 * The default address of `wrangler dev`, with the usual path of an MCP endpoint. The reader can change it.
 */
const ENDPOINT = 'http://127.0.0.1:8787/mcp';

type Call = Pick<TraceView, 'row' | 'input'>;

/** Repeats the recorded input. Masked values stay masked. */
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

/** Quotes any text as one word for a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
