import { setTimeout as wait } from 'node:timers/promises';
import { EXIT, LoomError, networkReason } from '../errors.js';
import { jsonOrUndefined } from '../json-values.js';

export interface D1Address {
  readonly accountId: string;
  readonly databaseId: string;
  readonly token: string;
  /** Without a slash at the end. */
  readonly apiUrl: string;
}

type Row = Record<string, unknown>;

/** Cloudflare's public API. wrangler reads the same variable to override it. */
const API_URL = 'https://api.cloudflare.com/client/v4';
const TRIES = 4;
const TIMEOUT_MS = 60_000;
const MAX_WAIT_MS = 60_000;

export function readAddress(
  options: { account?: string | undefined; database?: string | undefined },
  env: NodeJS.ProcessEnv,
): D1Address {
  const accountId = options.account ?? env.CLOUDFLARE_ACCOUNT_ID;
  const databaseId = options.database ?? env.LOOM_D1_DATABASE_ID;
  const token = env.CLOUDFLARE_API_TOKEN;
  const missing = [
    accountId ? '' : 'the account (--account or CLOUDFLARE_ACCOUNT_ID)',
    databaseId ? '' : 'the database (--database or LOOM_D1_DATABASE_ID)',
    token ? '' : 'a token that may edit D1 (CLOUDFLARE_API_TOKEN)',
  ].filter(Boolean);
  if (!accountId || !databaseId || !token) {
    throw new LoomError(
      `To reach D1, ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} missing.`,
      'Run `lm deploy --yes`, which makes a database and notes its id, or `wrangler d1 create loom`, which prints it.',
      EXIT.noKeys,
    );
  }
  return {
    accountId,
    databaseId,
    token,
    apiUrl: (env.CLOUDFLARE_API_BASE_URL || API_URL).replace(/\/+$/, ''),
  };
}

/** One D1 database through the query endpoint of Cloudflare's HTTP API. */
export class D1 {
  readonly #address: D1Address;
  #aheadMs: number | undefined;

  constructor(address: D1Address) {
    this.#address = address;
  }

  /**
   * Lead of this machine's clock over the server's, in ms, by the last response. Its Date has whole seconds.
   */
  get aheadMs(): number | undefined {
    return this.#aheadMs;
  }

  /** The query must be repeatable: a failed request may have been executed. */
  async query(
    sql: string,
    params: readonly string[] = [],
    { tries = TRIES, timeoutMs = TIMEOUT_MS }: { tries?: number; timeoutMs?: number } = {},
  ): Promise<Row[]> {
    const { accountId, databaseId, apiUrl, token } = this.#address;
    const url = `${apiUrl}/accounts/${accountId}/d1/database/${databaseId}/query`;
    for (let tried = 1; ; tried += 1) {
      const failure = await this.#once(url, token, { sql, params }, timeoutMs);
      if (Array.isArray(failure)) {
        return failure;
      }
      if (!failure.again || tried >= tries) {
        throw new LoomError(`D1 did not answer the query: ${failure.reason}`, failure.fix, EXIT.remote, {
          retryable: failure.again,
        });
      }
      await wait(Math.min(failure.waitMs ?? 250 * 2 ** tried, MAX_WAIT_MS));
    }
  }

  async #once(
    url: string,
    token: string,
    body: { sql: string; params: readonly string[] },
    timeoutMs: number,
  ): Promise<Row[] | Failure> {
    let response: Response;
    let text: string;
    const asked = Date.now();
    try {
      response = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(timeoutMs),
      });
      this.#noteClock(response, asked);
      text = await response.text();
    } catch (error) {
      return {
        again: true,
        reason: networkReason(error),
        fix: 'Check the network, then run the command again; it continues from there.',
      };
    }
    const answer = jsonOrUndefined(text) as Answer | undefined;
    if (response.ok && answer?.success) {
      return answer.result?.[0]?.results ?? [];
    }
    const reason = answer?.errors?.map((one) => one.message).join('; ') || `HTTP ${response.status}`;
    const seconds = Number(response.headers.get('retry-after'));
    return {
      again: response.status === 429 || response.status >= 500,
      reason,
      ...(seconds > 0 ? { waitMs: seconds * 1000 } : {}),
      fix:
        response.status === 401 || response.status === 403
          ? 'The token needs permission to edit D1 in this account.'
          : 'Run the command again; rows that were already moved are skipped.',
    };
  }

  #noteClock(response: Response, asked: number): void {
    const server = Date.parse(response.headers.get('date') ?? '');
    if (!Number.isNaN(server)) {
      this.#aheadMs = (asked + Date.now()) / 2 - (server + 500);
    }
  }
}

interface Failure {
  readonly again: boolean;
  readonly reason: string;
  readonly waitMs?: number;
  readonly fix: string;
}

interface Answer {
  readonly success?: boolean;
  readonly errors?: { readonly message: string }[];
  readonly result?: { readonly results?: Row[] }[];
}
