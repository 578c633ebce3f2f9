import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { Refused } from '../../http/refused.js';

export interface AccessSettings {
  /** The team's domain, such as `https://acme.cloudflareaccess.com`. */
  readonly issuer: string;
  /** The application's AUD tag. */
  readonly audience: string;
  /** Minimum interval between lookups of unknown keys, in ms; default 30 seconds. */
  readonly cooldownMs?: number;
}

const HEADER = 'cf-access-jwt-assertion';
/** Signature algorithm of Access (developers.cloudflare.com/cloudflare-one/identity/authorization-cookie). */
const ALGORITHMS = ['RS256'];
/**
 * Keys rotate every six weeks. An unknown key is looked up immediately, but at most once in this time, in ms.
 */
const COOLDOWN_MS = 30_000;
const CLOCK_SECONDS = 30;

/**
 * Cloudflare Access in front of the page. It admits requests with a token that Access signed for this page.
 */
export class CloudflareAccess {
  readonly #settings: AccessSettings;
  readonly #keys: JWTVerifyGetKey;

  constructor(settings: AccessSettings) {
    this.#settings = settings;
    this.#keys = createRemoteJWKSet(new URL('/cdn-cgi/access/certs', settings.issuer), {
      cooldownDuration: settings.cooldownMs ?? COOLDOWN_MS,
    });
  }

  /**
   * Identity of the person or service in Access; undefined without a token. Throws if the token is invalid.
   */
  async find(request: Request): Promise<string | undefined> {
    const token = request.headers.get(HEADER);
    if (token === null) {
      return undefined;
    }
    try {
      const { payload } = await jwtVerify(token, this.#keys, {
        issuer: this.#settings.issuer,
        audience: this.#settings.audience,
        algorithms: ALGORITHMS,
        requiredClaims: ['exp', 'iat'],
        clockTolerance: CLOCK_SECONDS,
      });
      // A service token of Access has its client id as the common name, and no e-mail address.
      const name = payload['email'] ?? payload['common_name'] ?? payload.sub;
      if (typeof name === 'string' && name !== '') {
        return name;
      }
    } catch (error) {
      if (isUnreachable(error)) {
        throw new Refused(503, 'The keys of Cloudflare Access cannot be read now. Try again.', {
          'retry-after': '5',
        });
      }
      if (!(error instanceof errors.JOSEError)) {
        throw error;
      }
    }
    throw new Refused(401, 'Cloudflare Access did not sign this token for this page, or it has expired.');
  }
}

/** The keys could not be fetched. That does not mean that the token is invalid. */
function isUnreachable(error: unknown): boolean {
  return (
    error instanceof TypeError ||
    error instanceof errors.JWKSTimeout ||
    (error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC')
  );
}

/**
 * Reads the Worker's variables. Throws if only one of the two is set, because then the page would be less
 * protected than intended.
 */
export function readAccess(
  issuer: string | undefined,
  audience: string | undefined,
): AccessSettings | undefined {
  if (!issuer && !audience) {
    return undefined;
  }
  const team = (issuer ?? '').replace(/\/+$/, '');
  const url = URL.canParse(team) ? new URL(team) : undefined;
  if (url?.protocol !== 'https:' || url.origin !== team || !audience) {
    throw new Refused(
      500,
      'ACCESS_TEAM must be an address such as https://acme.cloudflareaccess.com, and ACCESS_AUD the tag of the application.',
    );
  }
  return { issuer: team, audience };
}
