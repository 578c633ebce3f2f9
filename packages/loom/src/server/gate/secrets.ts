const encoder = new TextEncoder();

/** 256 random bits in hex, which can't be guessed. */
export function newSecret(): string {
  return hex(crypto.getRandomValues(new Uint8Array(32)));
}

/** SHA-256 in hex. It protects a stored secret of 256 random bits, but would be too weak for a password. */
export async function hashOf(secret: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(secret))));
}

/** Whether a secret has this hash. The duration reveals nothing about either value. */
export async function hasHash(secret: string, hash: string): Promise<boolean> {
  // HMAC with a random key: an attacker does not control the bytes that are compared.
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
