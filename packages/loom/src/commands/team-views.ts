import { CONTRACT, type ViewName } from '../dashboard/contract/views.js';
import type { Asked } from '../dashboard/routes.js';
import { readRecord } from '../deploy/record.js';
import { EXIT, LoomError, networkReason } from '../errors.js';
import { isLoopback } from '../http/loopback.js';
import { jsonOrUndefined } from '../json-values.js';
import { findLoomDir } from '../store/folder.js';
import type { Ask } from './ask-views.js';

const TIMEOUT_MS = 30_000;

/** The team's server, and the credentials to read it. */
interface TeamServer {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Queries the views of the team's server, in the same way as its page. */
export function teamQueries(cwd: string, env: NodeJS.ProcessEnv = process.env): Ask {
  const server = readServer(cwd, env);
  return async (name, asked) => {
    const answer = await get(server, pathOf(name, asked));
    const read = CONTRACT[name].answer.safeParse(answer);
    if (!read.success) {
      throw new LoomError(
        `${server.url} sent an answer that this version of lm can't read.`,
        'Use the same version in both: run `lm deploy --update`, or update @create-something/loom here.',
        EXIT.remote,
      );
    }
    return read.data as never;
  };
}

function readServer(cwd: string, env: NodeJS.ProcessEnv): TeamServer {
  const loomDir = findLoomDir(cwd, env);
  const configuredUrl =
    env['LOOM_SERVER_URL'] ?? (loomDir === undefined ? undefined : readRecord(loomDir)?.url);
  const url = configuredUrl && URL.canParse(configuredUrl) ? new URL(configuredUrl) : undefined;
  const key = env['LOOM_SERVER_KEY'];
  const { CF_ACCESS_CLIENT_ID: client, CF_ACCESS_CLIENT_SECRET: secret } = env;
  if (!url || !(key?.includes(':') || (client && secret))) {
    throw new LoomError(
      'The address of the team server or its read key is not set.',
      'Set LOOM_SERVER_URL and LOOM_SERVER_KEY. `lm keys add <name> --kind read` prints both.',
      EXIT.noKeys,
    );
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw new LoomError(
      'LOOM_SERVER_URL is not an https address, so the key would be sent unencrypted.',
      'Use the address that `lm deploy` printed.',
      EXIT.usage,
    );
  }
  return {
    url: url.origin,
    headers: {
      ...(key ? { authorization: `Basic ${Buffer.from(key).toString('base64')}` } : {}),
      // A service token, if Cloudflare Access protects the page.
      ...(client && secret ? { 'cf-access-client-id': client, 'cf-access-client-secret': secret } : {}),
    },
  };
}

function pathOf(name: ViewName, { id = '', params = {} }: Asked = {}): string {
  const setParams = Object.entries(params).filter(([, value]) => value !== undefined && value !== '');
  const query = new URLSearchParams(
    Object.fromEntries(setParams.map(([key, value]) => [key, String(value)])),
  ).toString();
  const path = `/view/${name.replace(':id', encodeURIComponent(id))}`;
  return query === '' ? path : `${path}?${query}`;
}

async function get({ url, headers }: TeamServer, path: string): Promise<unknown> {
  let answer: Response;
  let text: string;
  try {
    // Following a redirect would send the key to another server.
    answer = await fetch(url + path, {
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    text = await answer.text();
  } catch (error) {
    throw new LoomError(
      `${url} can't be reached: ${networkReason(error)}`,
      'Check the network, and LOOM_SERVER_URL.',
      EXIT.remote,
      { retryable: true },
    );
  }
  const body = jsonOrUndefined(text);
  if (answer.ok && body !== undefined) {
    return body;
  }
  const reason = typeof body === 'object' && body !== null && 'error' in body ? String(body.error) : '';
  throw problemOf(answer.status, reason, url);
}

function problemOf(status: number, reason: string, url: string): LoomError {
  switch (status) {
    case 400:
      return new LoomError(reason, 'Run the command with --help to see more.', EXIT.usage);
    case 404:
      return new LoomError(reason, 'Run `lm traces --remote` to see the existing ones.', EXIT.notFound);
    case 401:
    case 403:
      return new LoomError(
        `${url} rejects this key: ${reason}`,
        'Make a new one with `lm keys add <name> --kind read`, and set LOOM_SERVER_KEY.',
        EXIT.noKeys,
      );
    default:
      return new LoomError(
        `${url} answered ${status}${reason ? `: ${reason}` : ''}.`,
        status >= 300 && status < 400
          ? 'Cloudflare Access protects it. Set CF_ACCESS_CLIENT_ID and CF_ACCESS_CLIENT_SECRET of a service token.'
          : 'Try again, and look at `lm deploy --check`.',
        EXIT.remote,
        { retryable: status >= 500 },
      );
  }
}
