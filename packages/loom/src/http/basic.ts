import { Refused } from './refused.js';

/** A key pair, as in Langfuse's clients. */
export interface Keys {
  readonly publicKey: string;
  readonly secretKey: string;
}

/** The key pair in an Authorization header. Undefined if there is no pair. */
export function readBasic(authorization: string | null | undefined): Keys | undefined {
  // Claude Code 2.1 does not decode the value of OTEL_EXPORTER_OTLP_HEADERS.
  const header = (authorization ?? '').replace(/^basic%20/i, 'Basic ');
  const [scheme, credentials = ''] = header.trim().split(/ +/);
  const [publicKey, ...rest] = decoded(credentials).split(':');
  const secretKey = rest.join(':');
  return scheme?.toLowerCase() === 'basic' && publicKey && secretKey ? { publicKey, secretKey } : undefined;
}

export function unauthorized(message: string): Refused {
  return new Refused(401, message, { 'www-authenticate': 'Basic realm="Loom"' });
}

function decoded(base64: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
  } catch {
    return '';
  }
}
