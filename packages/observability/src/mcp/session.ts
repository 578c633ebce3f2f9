import { newId } from '../id.js';
import { currentSettings } from '../settings.js';
import { failed } from '../warn.js';

const HEADER = 'mcp-session-id';
/** The header in which the handler finds the client of the session. */
const CLIENT = 'x-mcp-client-info';
const TOKEN = /^cso\.([\w-]+)\.([\w-]+)$/;
/** The longest `initialize` that is read, in bytes. */
const BODY_MAX = 65_536;

type Handler = (request: Request, ...more: never[]) => Response | Promise<Response>;

/**
 * Adds sessions to a stateless HTTP server, for protocol versions that have sessions.
 *
 * - The response to `initialize` gets an `Mcp-Session-Id`, unless the server set one. It contains an id and the
 *   client's name with a signature, so no isolate stores anything.
 * - A request with such a header reaches `handler` with only the id. An id with a wrong signature is removed.
 * - All other requests and responses stay unchanged.
 * @param handler the function that serves `/mcp`
 * @param secret signs the ids. It must be the same in all isolates. With an empty text, nothing is added
 */
export function keepMcpSession<H extends Handler>(handler: H, secret: string): H {
  const call = handler as unknown as (request: Request, ...more: unknown[]) => Response | Promise<Response>;
  const kept = async (request: Request, ...more: unknown[]): Promise<Response> => {
    if (!currentSettings() || !secret) return call(request, ...more);
    const brought = request.headers.get(HEADER);
    if (brought?.startsWith('cso.')) return call(await restored(request, brought, secret), ...more);
    const client = brought ? undefined : await clientOf(request);
    const response = await call(request, ...more);
    if (!client || !response.ok || response.headers.has(HEADER)) return response;
    const headers = new Headers(response.headers);
    headers.set(HEADER, await createToken(client, secret));
    const { status, statusText } = response;
    return new Response(response.body, { status, statusText, headers });
  };
  return kept as unknown as H;
}

/** The request with the id and the client from the token, or without both if the token is not ours. */
async function restored(request: Request, token: string, secret: string): Promise<Request> {
  const headers = new Headers(request.headers);
  headers.delete(HEADER);
  headers.delete(CLIENT);
  try {
    const [, payload = '', signature = ''] = TOKEN.exec(token) ?? [];
    if (await crypto.subtle.verify('HMAC', await keyOf(secret), bytes(signature), encode(payload))) {
      const [id, name, version] = JSON.parse(new TextDecoder().decode(bytes(payload)));
      headers.set(HEADER, id);
      if (name) headers.set(CLIENT, `${name}/${version}`);
    }
  } catch (error) {
    failed(error);
  }
  return new Request(request, { headers });
}

/** The client that begins a session with this request. Undefined for other requests. */
async function clientOf(request: Request): Promise<{ name?: string; version?: string } | undefined> {
  try {
    const isSmall = Number(request.headers.get('content-length') ?? 0) <= BODY_MAX;
    if (request.method !== 'POST' || !isSmall) return undefined;
    const { method, params } = (await request.clone().json()) as {
      method?: string;
      params?: { clientInfo?: object };
    };
    return method === 'initialize' ? { ...params?.clientInfo } : undefined;
  } catch {
    return undefined; // the server will report the error
  }
}

async function createToken(
  { name, version }: { name?: string; version?: string },
  secret: string,
): Promise<string> {
  const ascii = (text: unknown) =>
    String(text ?? '')
      .replace(/[^ -.0-~]/g, '?')
      .slice(0, 100);
  const payload = base64(encode(JSON.stringify([newId(), ascii(name), ascii(version)])));
  const signature = await crypto.subtle.sign('HMAC', await keyOf(secret), encode(payload));
  return `cso.${payload}.${base64(new Uint8Array(signature))}`;
}

function keyOf(secret: string) {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return crypto.subtle.importKey('raw', encode(`mcp-session:${secret}`), algorithm, false, [
    'sign',
    'verify',
  ]);
}

const encode = (text: string) => new TextEncoder().encode(text);

function base64(data: Uint8Array): string {
  return btoa(String.fromCharCode(...data)).replace(/[+/=]/g, (sign) => ({ '+': '-', '/': '_' })[sign] ?? '');
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replace(/[-_]/g, (sign) => (sign === '-' ? '+' : '/')));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}
