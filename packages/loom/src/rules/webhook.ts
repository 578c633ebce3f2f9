import { EXIT, LoomError } from '../errors.js';
import { isLoopback } from '../http/loopback.js';

const TIMEOUT_MS = 5000;

/**
 * The address of a webhook. `$NAME` is looked up in the environment; undefined if the variable is missing.
 */
export function webhookAddress(webhook: string, env: NodeJS.ProcessEnv): URL | undefined {
  const text = webhook.startsWith('$') ? env[webhook.slice(1)] : webhook;
  return text && URL.canParse(text) ? new URL(text) : undefined;
}

/** An address may contain a secret, so it must use TLS or this machine. */
export function requireWebhook(webhook: string): string {
  if (/^\$[A-Za-z_]\w*$/.test(webhook)) {
    return webhook;
  }
  const url = URL.canParse(webhook) ? new URL(webhook) : undefined;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))) {
    return webhook;
  }
  throw new LoomError(
    'The webhook must be an https address, or $NAME of an environment variable that contains one.',
    "Keep an address with a secret in the environment: --webhook '$ALERTS_URL'.",
    EXIT.usage,
  );
}

/** A webhook's address, without the parts that may be secret. */
export function webhookText(webhook: string | undefined): string | null {
  if (webhook === undefined) {
    return null;
  }
  return webhook.startsWith('$')
    ? webhook
    : URL.canParse(webhook)
      ? new URL(webhook).origin
      : 'not an address';
}

/** Sends a message; chat services show `text`. Throws if the server rejects it. */
export async function postWebhook(url: URL, message: { readonly text: string }): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(message),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  await response.body?.cancel();
  if (!response.ok) {
    throw new Error(`status ${response.status}`);
  }
}
