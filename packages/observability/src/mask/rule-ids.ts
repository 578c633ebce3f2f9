// biome-ignore-all format: generated from packages/observability/rules by scripts/mask-rules.mjs; change it there
// biome-ignore-all lint: generated

/** The beginnings of secrets, by rule. */
export const FORMS: Record<string, RegExp> = {
  'openai': /(?:(?<![A-Za-z])sk-|sk-(?=[A-Za-z\d]{32})(?=[A-Za-z]{0,48}\d)(?=[a-z\d]{0,48}[A-Z]))/y,
  'openai-named': /(?:sk-(?:proj|ant|lf)-|pk-lf-)/y,
  'models': /(?:(?:xai|pplx|nvapi|tvly)-(?=[A-Za-z\d]{16}))/y,
  'models-underscore': /(?:gsk_|r8_|hf_)/y,
  'github': /(?:gh[oprsu]_|github_pat_)/y,
  'gitlab': /(?:gl(?:agent|oas|rtr|[a-z]{1,4}t)-)/y,
  'packages': /(?:npm_|dckr_[op]at_)/y,
  'pypi': /(?:pypi-(?=[A-Za-z\d]{16}))/y,
  'aws': /(?:A(?:KI|SI|BI|CC)A(?=[A-Z\d]{16}))/y,
  'bedrock': /(?:ABSK|bedrock-api-key-)/y,
  'google': /(?:AIz|GOCSPX-|ya29\.)/y,
  'google-refresh': /(?:1\0*\/\0*\/(?=0))/y,
  'jwt': /(?:eyJ(?=[\w-]{1,400}\.|rIjoi))/y,
  'slack': /(?:xox[a-z]-|xapp-)/y,
  'services': /(?:[prs]k_(?:live|test|prod|org)_|whsec_|do[opr]_v1_|shp[a-z]{2}_|lin_[a-z]+_|sb(?:p|_secret)_|ntn_|secret_|gl(?:c|sa)_|sntry[su]_|figd_)/y,
  'separators': /(?:(?<![A-Z])SG\.|dp\.[a-z]+\.|hv[sbr]\.|AGE-SECRET-KEY-|PMAK-)/y,
  'twilio': /(?:SK(?=[\da-f]{32}))/y,
  'discord': /(?:[MNO][\w-]{22,27}\.(?=[\w-]{6,7}\.))/y,
  'telegram': /(?:\d{8,10}\0*:(?=[\w-]{33}))/y,
  'databricks': /(?:dap(?=i[\da-f]{32}))/y,
};

/** Secrets that their context identifies. */
export const SHAPES: Record<string, RegExp> = {
  'scheme': /([Bb](?:earer|EARER|(?:asic|ASIC)(?!\s+(?:[A-Z][a-z]+[A-Z][a-z]+|[a-z]+\d\d?)(?![\w=+\/]|\.\w)))[\s+\0]+)[\w.~+\/=\0-]{6,}/g,
  'address': /(:\0*\/\0*\/[^\s:\/@"'`<>]{0,64}:)(?!\d{1,5}(?:\0*[\/?#]|$))(?:(?!\?[\w.-]+=)[^\s"'`<>]){1,256}(?=@)/g,
  'hook': /((?:hooks\.slack\.com\0*\/[a-z]+|discord(?:app)?\.com\0*\/api\0*\/webhooks)\0*\/)[\w\/\0-]{20,}/g,
  'login': /(-(?:u|-(?:proxy-)?user)(?<=curl[^\n]{0,120}[\s+]-+[\w-]+)[\s=+\0"'\\]{0,9}[^\s:"'$]{0,64}:)[^\s+"'\\]+/g,
  'private-key': /-----BEGIN[A-Z\d +\0]{1,40}PRIVATE[ +\0]+KEY[A-Z +\0]{0,20}-----(?=[^\w`]{0,40}(?:[\w+\/=\0]{16}|Proc|Vers|Comm))(?:[^-]|-(?!----END)){0,9999}(?:-----END[^-]*-----)?/g,
  'card': /(?<![\d.]|\d[a-f]{1,9}|[A-Z]{2}\d\d(?: \d{4}){0,5} )(?:(?:[3-6]\d|2[2-7])\d\d(?:\0*[ .+\xa0-]\d{4}){2}\0*[ .+\xa0-]\d{3,4}|3\d{3}\0*[ .+\xa0-]\d{6}\0*[ .+\xa0-]\d{4,5}|(?:[4-6]\d|2[2-7]|35)\d{14}|3[47]\d{13}|3[0689]\d{12}|62\d{15,17})(?![a-f]*\d)/g,
};

/** The words of names. */
export const NAMES: Record<string, RegExp> = {
  'password': /(?:p(?:ass)?w(?:or)?ds?|pass_?(?:phrase|code|key)s?)\d*_/,
  'secret': /(?:secrets?)\d*_/,
  'key': /(?:(?:api|access|private|priv|secret|account|auth|sign(?:ing)?|crypt(?:ion)?|ssh|master|shared|storage|subscription|deploy|hmac|aes|rsa|pgp|gpg|jwt|consumer|service|role|license|functions?|session)_?keys?)\d*_/,
  'phrase': /(?:mnemonics?|(?:seed|recovery|backup)_?(?:phrase|word)s?|(?:pin|otp|security|recovery|backup|verification|mfa|fa|factor|unlock|time|sms)_?codes?)\d*_/,
  'token': /(?:(?<!(?:page|next|continuation|sync|cursor)_)tokens?|jwts?|_bearer|_[cx]srf)\d*_/,
  'login': /(?:_(?:db|user|my|smtp|ftp|mail|admin|root)?pass|_(?:pw|pin|t?otp|auth|cv[vcn]|csc|ssn|sas|creds?|pan)|_auth\w*_code|credentials?|_security_(?:answer|number))\d*_/,
  'header': /(?:authorization|cookies?)\d*_/,
  'card': /(?:(?:card|cc)_?num(?:ber)?)\d*_/,
  'connection': /(?:(?:database|db|redis|mongo|postgres|pg|sql|amqp|mq|broker|jdbc|conn(?:ection)?|hook)_?(?:ur[il]|str(?:ing)?)|_dsn)\d*_/,
  'query': /(?:_q_(?:\w+_)?(?:sig(?:nature)?|code))\d*_/,
};
