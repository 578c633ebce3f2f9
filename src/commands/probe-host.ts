import { baseUrl, isLoopback } from '../doctor/host.js';
import type { Answer, HostAnswers } from '../doctor/situation.js';
import { keyPair } from '../doctor/variables.js';
import type { VariableSource } from '../project/local-variables.js';

/** Time limit of one request, in milliseconds. */
const TIMEOUT = 5_000;

/**
 * Checks that the host is up and, over an encrypted connection, that it accepts the keys. Keys are only sent
 * to the address that the program itself would use.
 * @returns undefined without an address
 */
export async function probeHost(variables: readonly VariableSource[]): Promise<HostAnswers | undefined> {
  const { url } = baseUrl(variables);
  if (url === undefined) return undefined;
  const api = `${url.href.endsWith('/') ? url.href.slice(0, -1) : url.href}/api/public`;
  const health = await ask(`${api}/health`);
  const pair = keyPair(variables);
  const isSafe = url.protocol === 'https:' || isLoopback(url);
  if (pair === undefined || !isSafe || health.kind === 'silent') return { health, keys: undefined };
  const credentials = Buffer.from(`${pair.publicKey}:${pair.secretKey}`).toString('base64');
  return { health, keys: await ask(`${api}/projects`, { authorization: `Basic ${credentials}` }) };
}

/** True if a Langfuse-like server answers at a local address. */
export async function isAnswering(base: string): Promise<boolean> {
  const answer = await ask(`${base}/api/public/health`);
  return answer.kind === 'answered' && answer.status === 200;
}

async function ask(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  try {
    // A redirect would send the keys to another server.
    const response = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT) });
    await response.body?.cancel();
    return { kind: 'answered', status: response.status };
  } catch (error) {
    return { kind: 'silent', cause: causeOf(error) };
  }
}

/** A system error code. The error's message could contain a header. */
function causeOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'timeout';
  const { code } = ((error as { cause?: unknown }).cause ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : 'the connection failed';
}
