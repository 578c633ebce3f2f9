/** Names of values that are secrets, as words in small letters between underscores: `DBPassword2` is `_db_password2_`. */
export interface Name {
  id: string;
  finds: string;
  /** `sure`: any value is masked, except a word of a schema. `likely`: if a part of it looks random. */
  says: 'sure' | 'likely';
  /**
   * Regular expressions over the words. A name with a leading `_` starts a word; others may be the end of
   * one.
   */
  words: readonly string[];
  must: readonly string[];
  mustNot: readonly string[];
}

export const NAMES: readonly Name[] = [
  {
    id: 'password',
    finds: 'passwords and passphrases',
    says: 'sure',
    words: ['p(?:ass)?w(?:or)?ds?', 'pass_?(?:phrase|code|key)s?'],
    must: [
      'password',
      'passwd',
      'pwd',
      'DB_PASSWORD_PROD',
      'userPassword',
      'PGPASSWORD',
      'MYSQL_PWD',
      'newPassword2',
      'passphrase',
      'passcode',
      'password_hash',
    ],
    mustNot: ['passwordless', 'passwordResetUrl', 'compass', 'passport'],
  },
  {
    id: 'secret',
    finds: 'secrets',
    says: 'sure',
    words: ['secrets?'],
    must: [
      'secret',
      'client_secret',
      'clientSecret',
      'secretKey',
      'webhookSecret',
      'APP_SECRET_2',
      'SECRET_KEY_BASE',
      'secrets',
      'totpSecret',
    ],
    mustNot: ['secretary', 'secretName', 'secretKeyRef', 'secret_id_path'],
  },
  {
    id: 'key',
    finds: 'keys for APIs, accounts, encryption and signing',
    says: 'sure',
    words: [
      '(?:api|access|private|priv|secret|account|auth|sign(?:ing)?|crypt(?:ion)?|ssh|master|shared|storage|subscription|deploy|hmac|aes|rsa|pgp|gpg|jwt|consumer|service|role|license|functions?|session)_?keys?',
    ],
    must: [
      'apikey',
      'API_KEY',
      'x-api-key',
      'private_key',
      'accessKeySecret',
      'accountKey',
      'X-Auth-Key',
      'signingKey',
      'encryptionKey',
      'sshKey',
      'masterKey',
      'Ocp-Apim-Subscription-Key',
      'service_role_key',
      'OPENAI_API_KEY_STAGING',
    ],
    mustNot: [
      'privateKeyPath',
      'api_key_id',
      'primaryKey',
      'keyboard',
      'publicKey',
      'cacheKey',
      'idempotencyKey',
      'foreign_key',
    ],
  },
  {
    id: 'phrase',
    finds: 'seed phrases, recovery codes and one-time codes',
    says: 'sure',
    words: [
      'mnemonics?',
      '(?:seed|recovery|backup)_?(?:phrase|word)s?',
      '(?:pin|otp|security|recovery|backup|verification|mfa|fa|factor|unlock|time|sms)_?codes?',
    ],
    must: [
      'mnemonic',
      'seedPhrase',
      'recoveryCode',
      'backupCodes',
      'pinCode',
      'otpCode',
      'securityCode',
      'verification_code',
      'recoveryPhrase',
      'oneTimeCode',
      '2faCode',
    ],
    mustNot: ['statusCode', 'countryCode', 'errorCode', 'postcode'],
  },
  {
    id: 'token',
    finds: 'tokens',
    says: 'likely',
    words: ['(?<!(?:page|next|continuation|sync|cursor)_)tokens?', 'jwts?', '_bearer', '_[cx]srf'],
    must: [
      'token',
      'access_token',
      'idToken',
      'sessionToken',
      'npmToken',
      'tokens',
      'TOKEN_PROD',
      'refreshToken',
      'jwt',
      'bearer',
      'X-Vault-Token',
      '_authToken',
      'csrf_token',
    ],
    mustNot: [
      'tokenCount',
      'token_limit',
      'nextPageToken',
      'next_page_token',
      'tokenizer',
      'token_type',
      'tokenExpiresAt',
    ],
  },
  {
    id: 'login',
    finds: 'credentials, PINs and card security codes',
    says: 'likely',
    words: [
      '_(?:db|user|my|smtp|ftp|mail|admin|root)?pass',
      '_(?:pw|pin|t?otp|auth|cv[vcn]|csc|ssn|sas|creds?|pan)',
      '_auth\\w*_code',
      'credentials?',
      '_security_(?:answer|number)',
    ],
    must: [
      'pass',
      'DB_PASS',
      'dbpass',
      'credentials',
      'auth',
      '_auth',
      'pin',
      'otp',
      'cvv',
      'cvv2',
      'ssn',
      'authCode',
      'security_answer',
      'creds',
    ],
    mustNot: ['author', 'pinned', 'credentialType', 'bypass', 'authorizationUrl'],
  },
  {
    id: 'header',
    finds: 'headers with credentials, masked to the end of the line',
    says: 'likely',
    words: ['authorization', 'cookies?'],
    must: [
      'authorization',
      'Proxy-Authorization',
      'Set-Cookie',
      'cookie',
      'X-Forwarded-Authorization',
      'cookies',
    ],
    mustNot: ['authorizationUrl', 'cookiePath'],
  },
  {
    id: 'card',
    finds: 'card numbers',
    says: 'likely',
    words: ['(?:card|cc)_?num(?:ber)?'],
    must: ['cardNumber', 'cc_number', 'credit_card_number', 'pan'],
    mustNot: ['cardType', 'panel'],
  },
  {
    id: 'connection',
    finds: 'connection strings and database URLs',
    says: 'likely',
    words: [
      '(?:database|db|redis|mongo|postgres|pg|sql|amqp|mq|broker|jdbc|conn(?:ection)?|hook)_?(?:ur[il]|str(?:ing)?)',
      '_dsn',
    ],
    must: [
      'connectionString',
      'DATABASE_URL',
      'MONGODB_URI',
      'REDIS_URL',
      'jdbcUrl',
      'conn_str',
      'SENTRY_DSN',
      'webhookUrl',
    ],
    mustNot: ['baseUrl', 'callback_url', 'connection_string_name'],
  },
  {
    id: 'query',
    finds: 'signatures and codes in URLs',
    says: 'likely',
    words: ['_q_(?:\\w+_)?(?:sig(?:nature)?|code)'],
    must: ['?sig', '?X-Amz-Signature', '?code', '?X-Goog-Signature'],
    mustNot: ['sig', 'code', '?page'],
  },
];

/** Names with these endings only mention a secret. */
export const ABOUT =
  'ur[il]|path|file|name|type|id|version|format|pattern|host|expir\\w+|at|date|time|ref|count|limit|length|size|total';

/** Suffixes that do not change the verdict: keys, and their environment. */
export const STILL = 'key|base|prod|dev|test|stag\\w+|local|live|old|new|hash|value';
