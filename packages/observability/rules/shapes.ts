/** Secrets that their context identifies, as one pattern each. */
export interface Shape {
  id: string;
  finds: string;
  source: string;
  /** A regular expression. Its group, if it has one, is the beginning that stays readable. */
  pattern: string;
  must: readonly string[];
  mustNot: readonly string[];
}

export const SHAPES: readonly Shape[] = [
  {
    id: 'scheme',
    finds: 'credentials after `Bearer` and `Basic`',
    source: 'RFC 6750, RFC 7617',
    pattern:
      '([Bb](?:earer|EARER|(?:asic|ASIC)(?!\\s+(?:[A-Z][a-z]+[A-Z][a-z]+|[a-z]+\\d\\d?)(?![\\w=+/]|\\.\\w)))[\\s+\\0]+)[\\w.~+/=\\0-]{6,}',
    must: ['Bearer <40>', 'bearer <16>', 'Basic <24>==', 'BEARER <30>'],
    mustNot: [
      'Basic understanding',
      'basic knowledge',
      'bearer shares',
      'Bearer authentication',
      'Basic TypeScript',
      'basic base64',
    ],
  },
  {
    id: 'address',
    finds: 'passwords in URLs and connection strings, up to the last `@` before the host',
    source: 'RFC 3986, 3.2.1',
    pattern:
      '(:\\0*/\\0*/[^\\s:/@"\'`<>]{0,64}:)(?!\\d{1,5}(?:\\0*[/?#]|$))(?:(?!\\?[\\w.-]+=)[^\\s"\'`<>]){1,256}(?=@)',
    must: [
      'postgres://app:<14>@db:5432/main',
      'https://bob:p@<12>@intra.example.com/x',
      'redis://:<14>@cache:6379/0',
      'mysql://root:a/b#c:<12>@10.0.0.5/x',
    ],
    mustNot: [
      'https://unpkg.com:443/pkg@1.2.3',
      'git@github.com:org/repo.git',
      'http://localhost:3000/@scope/name',
      'postgres://user:password@host/db',
      'https://user:$PASSWORD@host',
    ],
  },
  {
    id: 'hook',
    finds: 'webhook addresses of Slack and Discord',
    source: 'gitleaks, rule slack-webhook-url (https://github.com/gitleaks/gitleaks)',
    pattern:
      '((?:hooks\\.slack\\.com\\0*/[a-z]+|discord(?:app)?\\.com\\0*/api\\0*/webhooks)\\0*/)[\\w/\\0-]{20,}',
    must: [
      'https://hooks.slack.com/services/T<8u>/B<8u>/<24>',
      'https://discord.com/api/webhooks/<18d>/<68>',
    ],
    mustNot: ['https://discord.com/api/webhooks/'],
  },
  {
    id: 'login',
    finds: 'the password after `curl -u`',
    source: 'https://curl.se/docs/manpage.html#-u',
    pattern:
      '(-(?:u|-(?:proxy-)?user)(?<=curl[^\\n]{0,120}[\\s+]-+[\\w-]+)[\\s=+\\0"\'\\\\]{0,9}[^\\s:"\'$]{0,64}:)[^\\s+"\'\\\\]+',
    must: ['curl -u bob:<12> https://x.example', "curl -s --user 'bob:<12>' https://x.example"],
    mustNot: ['curl -u bob https://x.example', 'docker run -u 1000:1000 image'],
  },
  {
    id: 'private-key',
    finds: 'private keys in PEM, OpenSSH and PGP format, even if encrypted or without their last line',
    source: 'RFC 7468, RFC 9580',
    pattern:
      '-----BEGIN[A-Z\\d +\\0]{1,40}PRIVATE[ +\\0]+KEY[A-Z +\\0]{0,20}-----(?=[^\\w`]{0,40}(?:[\\w+/=\\0]{16}|Proc|Vers|Comm))(?:[^-]|-(?!----END)){0,9999}(?:-----END[^-]*-----)?',
    must: [
      '-----BEGIN <0>PRIVATE KEY-----\n<64>\n<60>\n-----END <0>PRIVATE KEY-----',
      '-----BEGIN RSA <0>PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,<32h>\n\n<64>\n-----END RSA <0>PRIVATE KEY-----',
      '-----BEGIN PGP <0>PRIVATE KEY BLOCK-----\nVersion: GnuPG v2.0\n\n<64>\n=<4>\n-----END PGP <0>PRIVATE KEY BLOCK-----',
      '-----BEGIN OPENSSH <0>PRIVATE KEY-----\\n<64>\\n<60>',
    ],
    mustNot: ['a file that begins with -----BEGIN PRIVATE KEY----- is one'],
  },
  {
    id: 'card',
    finds: 'payment card numbers with a valid (Luhn) check digit, with or without the usual spaces',
    source: 'ISO/IEC 7812-1',
    pattern:
      '(?<![\\d.]|\\d[a-f]{1,9}|[A-Z]{2}\\d\\d(?: \\d{4}){0,5} )(?:(?:[3-6]\\d|2[2-7])\\d\\d(?:\\0*[ .+\\xa0-]\\d{4}){2}\\0*[ .+\\xa0-]\\d{3,4}|3\\d{3}\\0*[ .+\\xa0-]\\d{6}\\0*[ .+\\xa0-]\\d{4,5}|(?:[4-6]\\d|2[2-7]|35)\\d{14}|3[47]\\d{13}|3[0689]\\d{12}|62\\d{15,17})(?![a-f]*\\d)',
    must: [
      '<card:4:16>',
      'card<card:51:16>',
      'My card is <card:37:15>.',
      '<card:62:16>,12/27,123',
      '<card:36:14>',
      '<card:62:19>',
    ],
    mustNot: [
      'EAN 4814227065067',
      'lat 52.520008123456789',
      'DE89 3704 0044 0532 0130 00',
      'snowflake 1234567890123456789',
    ],
  },
];
