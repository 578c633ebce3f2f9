const encoder = new TextEncoder();

/** 256 random bits in hex: a secret that can't be guessed. */
export function newSecret(): string {
  return hex(crypto.getRandomValues(new Uint8Array(32)));
}

/** SHA-256 in hex. Enough at rest for a secret of 256 random bits, and for nothing that a person made up. */
export async function hashOf(secret: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(secret))));
}

/** Whether a secret has this hash. Its duration reveals nothing about either. */
export async function hasHash(secret: string, hash: string): Promise<boolean> {
  // HMAC under a key of its own for each comparison: what is compared byte by byte is nothing that was sent.
  const key = await crypto.subtle.importKey(
    'raw',
    crypto.getRandomValues(new Uint8Array(32)),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  );
  const [own, wanted] = await Promise.all(
    [await hashOf(secret), hash].map(async (text) =>
      hex(new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(text)))),
    ),
  );
  return own === wanted;
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
