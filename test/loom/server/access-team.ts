import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { Response } from 'miniflare';

/** A team of Cloudflare Access, and the tag of its application. */
export const TEAM = 'https://acme.cloudflareaccess.com';
export const AUD = 'f00d'.repeat(16);

export type PrivateKey = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

export const keyPair = () => generateKeyPair('RS256', { extractable: true });

export interface Claims {
  readonly iss?: string;
  readonly aud?: string;
  readonly exp?: string;
  readonly email?: string;
}

/** A token as Access adds it to a request. */
export function accessToken(key: PrivateKey, kid: string, claims: Claims = {}): Promise<string> {
  return new SignJWT({ email: claims.email ?? 'ana@example.com' })
    .setProtectedHeader({ alg: 'RS256', kid })
    .setIssuer(claims.iss ?? TEAM)
    .setAudience(claims.aud ?? AUD)
    .setIssuedAt()
    .setExpirationTime(claims.exp ?? '5m')
    .sign(key);
}

/** Answers as the team's domain. */
export class AccessTeam {
  keys: object[] = [];
  asked = 0;
  isDown = false;

  /** For miniflare's `outboundService`. */
  readonly answer = (request: { readonly url: string }): Response => {
    this.asked += 1;
    return !this.isDown && request.url === `${TEAM}/cdn-cgi/access/certs`
      ? Response.json({ keys: this.keys })
      : new Response('nothing', { status: 404 });
  };

  /** Publishes these public keys, and no others any more. */
  async publish(keys: Readonly<Record<string, PrivateKey>>): Promise<void> {
    this.keys = await Promise.all(
      Object.entries(keys).map(async ([kid, key]) => ({
        ...(await exportJWK(key)),
        kid,
        alg: 'RS256',
        use: 'sig',
      })),
    );
  }
}
