import type { IncomingMessage } from 'node:http';
import { type Keys, readBasic, unauthorized } from './basic.js';
import { derivedSecret, sameSecret } from './secret.js';

export type { Keys };

const OWN_PREFIX = 'pk-lf-loom-';

/** The keys of a `.loom` folder, derived from its token. With these lengths, Base64 needs no padding. */
export function keysOf(token: string): Keys {
  return {
    publicKey: `${OWN_PREFIX}${derivedSecret(token, 'public key').slice(0, 14)}`,
    secretKey: `sk-lf-loom-${derivedSecret(token, 'secret key').slice(0, 32)}`,
  };
}

/** The value of an Authorization header for these keys. */
export function basicAuthorization({ publicKey, secretKey }: Keys): string {
  return `Basic ${Buffer.from(`${publicKey}:${secretKey}`).toString('base64')}`;
}

/** Checks who may write and read. A ring without keys adopts those of the first writer. */
export class KeyRing {
  #own: Keys | undefined;

  constructor(own?: Keys) {
    this.#own = own;
  }

  /** Only the project's own keys. */
  requireOwn(request: IncomingMessage): void {
    const sent = requireKeys(request);
    if (this.#own && !same(sent, this.#own)) {
      throw unauthorized('These keys differ from those that `lm dashboard --settings` prints here');
    }
  }

  /** Accepts any keys, for a program that only changed its address, but not those of another project. */
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
  const keys = readBasic(request.headers.authorization);
  if (!keys) {
    throw unauthorized('Basic authorization with a public and a secret key is required');
  }
  return keys;
}
