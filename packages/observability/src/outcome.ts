/** Reasons for a failure, as values that can be counted. */
export type ErrorType =
  | 'invalid_arguments'
  | 'unknown_tool'
  | 'unauthorized'
  | 'not_found'
  | 'rate_limited'
  | 'timeout'
  | 'cancelled'
  | 'upstream_4xx'
  | 'upstream_5xx'
  | 'tool_error'
  | 'exception';

/** The outcome of an observation. Without a failure and without a pause, it succeeded. */
export interface Outcome {
  error?: { type: ErrorType; message: string; code?: string };
  /** It waits for user input: neither a success nor a failure. */
  paused?: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: whatever was returned or thrown; every step is guarded
type Any = any;

const BY_STATUS: Record<number, ErrorType> = {
  401: 'unauthorized',
  403: 'unauthorized',
  404: 'not_found',
  408: 'timeout',
  429: 'rate_limited',
  504: 'timeout',
};

/** A JSON-RPC error that makes a client open a URL first (MCP 2025-11-25). */
const URL_ELICITATION = -32042;
/** An SDK error that became the text of a result. */
const SDK_ERROR = /^MCP error (-\d+): |^(?:Input validation error: )?Invalid arguments for tool /;
const MISSING =
  /^(?:MCP error -\d+: )?(?:(?:unknown|no such) (tool)?|(?:(tool)|prompt|resource)\b.*(?:not found|not exist|disabled))/i;
const UNNAMED = 'the tool returned an error';

/** The message of any thrown value. Never throws. */
export function errorMessage(error: unknown): string {
  try {
    return error instanceof Error ? error.message || error.name : String(error);
  } catch {
    return 'something without words was thrown';
  }
}

/** Type of a thrown error: by its HTTP status or JSON-RPC code, else an exception. */
export function thrown(error: unknown, method?: string): Outcome {
  const message = errorMessage(error);
  try {
    const { name, code, status, statusCode, response }: Any = Object(error);
    if (code === URL_ELICITATION) return { paused: true };
    const type =
      name === 'AbortError'
        ? 'cancelled'
        : /timed?_?out/i.test(`${name} ${code}`)
          ? 'timeout'
          : byCode(status ?? statusCode ?? response?.status ?? code, message, method);
    return { error: { type: type ?? 'exception', message } };
  } catch {
    return { error: { type: 'exception', message } };
  }
}

/**
 * The outcome in a tool's result, in a JSON-RPC response, or in a list of responses. A field `error` in a
 * tool's data is not an error.
 * @param mayShowText whether the text of a failed result, which is output, may be shown
 * @param isLibrary whether no handler was reached, so that a text is the library's own
 */
export function returned(result: unknown, mayShowText: boolean, method?: string, isLibrary = false): Outcome {
  if (Array.isArray(result)) {
    const outcomes = result.map((part) => (part?.jsonrpc ? returned(part, mayShowText, method) : {}));
    return outcomes.find(({ error }) => error) ?? {};
  }
  const { isError, content, resultType, error, result: inner, jsonrpc }: Any = Object(result);
  const isEnvelope =
    (error || inner) && Object.keys(Object(result)).every((key) => /^(jsonrpc|id|error|result)$/.test(key));
  if (isEnvelope && inner) return returned(inner, mayShowText, method, isLibrary);
  if (isEnvelope && typeof error.message === 'string' && (jsonrpc || typeof error.code === 'number')) {
    const { code, message } = error;
    if (code === URL_ELICITATION) return { paused: true };
    return { error: { type: byCode(code, message, method) ?? 'exception', message, code: `${code}` } };
  }
  if (resultType === 'input_required') return { paused: true };
  if (isError !== true) return {};
  const texts: Any[] = Array.isArray(content) ? content.map((part) => part?.text) : [];
  const message = texts.filter((text) => typeof text === 'string').join('\n');
  const refused = SDK_ERROR.exec(message);
  const isRefused = refused || (isLibrary && MISSING.test(message));
  const type = isRefused && byCode(Number(refused?.[1] ?? -32602), message);
  return { error: { type: type || 'tool_error', message: (mayShowText && message) || UNNAMED } };
}

/** The outcome of the program's own `Response`, from its status. */
export function answered(status: number): Outcome {
  if (status < 400) return {};
  const type = status === 400 || status === 422 ? 'invalid_arguments' : byCode(status, '');
  return { error: { type: type ?? 'exception', message: `HTTP ${status}` } };
}

/** From an HTTP status, or from a JSON-RPC code of the MCP SDKs. */
function byCode(code: unknown, message: string, method?: string): ErrorType | undefined {
  if (typeof code !== 'number') return undefined;
  if (code >= 400 && code < 600) return BY_STATUS[code] ?? (code < 500 ? 'upstream_4xx' : 'upstream_5xx');
  const missing = MISSING.exec(message);
  if (missing && code < -32000) return (missing[1] ?? missing[2]) ? 'unknown_tool' : 'not_found';
  if (code === -32602) return /output validation/i.test(message) ? 'tool_error' : 'invalid_arguments';
  if (code === -32601 && method === 'tools/call') return 'unknown_tool';
  if (code === -32601 || code === -32002) return 'not_found';
  if (code === -32001) return /auth|forbidden/i.test(message) ? 'unauthorized' : 'timeout';
  return code === -32000 && /closed/.test(message) ? 'cancelled' : undefined;
}
