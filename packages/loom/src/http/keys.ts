import type { IncomingMessage } from 'node:http';
import { Refused } from './refused.js';
import { derivedSecret, sameSecret } from './secret.js';

/** A pair as Langfuse's clients have it. */
export interface Keys {
  readonly publicKey: string;
  readonly secretKey: string;
}

const OWN_PREFIX = 'pk-lf-loom-';

/** The keys of one `.loom` folder, made from its token. Their lengths need no padding in Base64. */
export function keysOf(token: string): Keys {
  return {
    publicKey: `${OWN_PREFIX}${derivedSecret(token, 'public key').slice(0, 14)}`,
    secretKey: `sk-lf-loom-${derivedSecret(token, 'secret key').slice(0, 32)}`,
  };
}

/** The value of an Authorization header with these keys. */
export function basicAuthorization({ publicKey, secretKey }: Keys): string {
  return `Basic ${Buffer.from(`${publicKey}:${secretKey}`).toString('base64')}`;
}

/** Who may write and read. Without keys of its own, those of the first that writes become its own. */
export class KeyRing {
  #own: Keys | undefined;

  constructor(own?: Keys) {
    this.#own = own;
  }

  /** Only the project's own keys. */
  requireOwn(request: IncomingMessage): void {
    const sent = requireKeys(request);
    if (this.#own && !same(sent, this.#own)) {
      throw unauthorized('These keys are not those that `lm dashboard` and `lm receiver` print here');
    }
  }

  /** Any keys, as a program has them that only got another address, but not those of another project. */
  requireAny(request: IncomingMessage): void {
    const sent = requireKeys(request);
    this.#own ??= sent;
    if (sent.publicKey.startsWith(OWN_PREFIX)) {
      this.requireOwn(request);
    }
  }
}

function same(a: Keys, b: Keys): boolean {
  return sameSecret(a.publicKey, b.publicKey) && sameSecret(a.secretKey, b.secretKey);
}

function requireKeys(request: IncomingMessage): Keys {
  // Claude Code 2.1 hands on what stands in OTEL_EXPORTER_OTLP_HEADERS without decoding it.
  const header = (request.headers.authorization ?? '').replace(/^basic%20/i, 'Basic ');
  const [scheme, credentials = ''] = header.trim().split(/ +/);
  const [publicKey, ...rest] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
  const secretKey = rest.join(':');
  if (scheme?.toLowerCase() !== 'basic' || !publicKey || !secretKey) {
    throw unauthorized('Basic authorization with a public and a secret key is required');
  }
  return { publicKey, secretKey };
}

function unauthorized(message: string): Refused {
  return new Refused(401, message, { 'www-authenticate': 'Basic realm="Loom"' });
}
