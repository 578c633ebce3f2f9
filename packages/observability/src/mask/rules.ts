// biome-ignore-all format: generated from packages/observability/rules by scripts/mask-rules.mjs; change it there
// biome-ignore-all lint/complexity/noUselessEscapeInRegex: generated

/** Secrets known by their form. What the group holds is masked too: the match begins with its last character. */
export const FORM = /(?:-(?=[\w-]{16})(?=[\w-]*[\dA-Z])(?<=((?<![A-Za-z])sk-|sk-(?=[A-Za-z]*\d)(?=[a-z\d]*[A-Z])(?=[A-Za-z\d]{32})|sk-(?:proj|ant|lf)-|pk-lf-|(?:xai|pplx|nvapi|tvly)-(?=[A-Za-z\d]{16})|gl(?:agent|oas|rtr|[a-z]{1,4}t)-|pypi-(?=[A-Za-z\d]{16})|bedrock-api-key-|GOCSPX-|xox[a-z]-|xapp-|AGE-SECRET-KEY-|PMAK-))|_(?=[A-Za-z\d]{16})(?<=(gsk_|r8_|hf_|gh[oprsu]_|github_pat_|npm_|dckr_[op]at_|[prs]k_(?:live|test|prod|org)_|whsec_|do[opr]_v1_|shp[a-z]{2}_|lin_[a-z]+_|sb(?:p|_secret)_|ntn_|secret_|gl(?:c|sa)_|sntry[su]_|figd_))|A(?<=(A(?:KI|SI|BI|CC)A(?=[A-Z\d]{16})))(?=[\w-]{16})(?=[\w-]*[\dA-Z])|K(?<=(ABSK|SK(?=[\da-f]{32})))(?=[\w-]{16})(?=[\w-]*[\dA-Z])|z(?<=(AIz))(?=[\w-]{16})(?=[\w-]*[\dA-Z])|\.(?=[\w-]{16})(?=[\w-]*[\dA-Z])(?<=(ya29\.|(?<![A-Z])SG\.|dp\.[a-z]+\.|hv[sbr]\.))|\.(?=[\w-]{33}|[\w-]{6,7}\.[\w-]{27})(?<=([MNO][\w-]{22,27}\.(?=[\w-]{6,7}\.)))|J(?<=(eyJ(?=[\w-]+\.|rIjoi)))(?=[\w-]{16})(?=[\w-]*[\dA-Z])|:(?=[\w-]{33}|[\w-]{6,7}\.[\w-]{27})(?<=(\d{8,10}:(?=[\w-]{33})))|p(?<=(dap(?=i[\da-f]{32})))(?=[\w-]{16})(?=[\w-]*[\dA-Z]))[\w+/=~-]{6,}(?:\.+[\w~-]{6,})*/g;
/** Secrets known by what stands around them. What a group holds stays. */
export const SCHEME = /([Bb](?:earer|EARER|(?:asic|ASIC)(?!\s+[A-Z][a-z]+[A-Z][a-z]+(?![\w=+\/.])))[\s+\0]+)[\w.~+\/=\0-]{6,}/g;
export const ADDRESS = /(:\0*\/\0*\/[^\s:\/@"'`<>]{0,64}:)(?!\d{1,5}(?:[\/?#]|$))(?:(?!\?[\w.-]+=)[^\s"'`<>]){1,256}(?=@)/g;
export const HOOK = /((?:hooks\.slack\.com\0*\/[a-z]+|discord(?:app)?\.com\0*\/api\0*\/webhooks)\0*\/|1\/\/0)[\w\/\0-]{20,}/g;
export const LOGIN = /(-(?:u|-(?:proxy-)?user)(?<=curl[^\n]{0,300}\s-+[\w-]+)[ =]?["']?[^\s:"'$]{0,64}:)[^\s"']+/g;
export const PRIVATE_KEY = /-----BEGIN [A-Z\d +\0]{0,40}PRIVATE[ +\0]+KEY[A-Z +\0]{0,9}-----(?=[\s"'+\0]*[\w+\/=:-]{8})(?:[^-]|-(?!----END)){0,9999}(?:-----END[^-]*-----)?/g;
export const CARD = /(?<![\d.]|\d[a-f]{1,9}|[A-Z]{2}\d\d(?: \d{4}){0,5} )(?:(?:[3-6]\d|2[2-7])\d\d(?:\0*[ .+\xa0-]\d{4}){2}\0*[ .+\xa0-]\d{3,4}|3\d{3}\0*[ .+\xa0-]\d{6}\0*[ .+\xa0-]\d{4,5}|(?:[4-6]\d|2[2-7]|35)\d{14}|3[47]\d{13}|3[0689]\d{12}|62\d{15,17})(?![a-f]*\d)/g;
/** Names that say that their value is a secret, as words in lower case between underscores; a group holds the rest. */
export const SURE = /(?:p(?:ass)?w(?:or)?ds?|pass_?(?:phrase|code|key)s?|secrets?|(?:api|access|private|priv|secret|account|auth|sign(?:ing)?|crypt(?:ion)?|ssh|master|shared|storage|subscription|deploy|hmac|aes|rsa|pgp|gpg|jwt|consumer|service|role|license|functions?|session)_?keys?|mnemonics?|(?:seed|recovery|backup)_?(?:phrase|word)s?|(?:pin|otp|security|recovery|backup|verification|mfa|fa|factor|unlock|time|sms)_?codes?)\d*_(\w*)$/;
/** Names under which a secret may be. */
export const LIKELY = /(?:(?<!(?:page|next|continuation|sync|cursor)_)tokens?|jwts?|_bearer|_[cx]srf|_(?:db|user|my|smtp|ftp|mail|admin|root)?pass|_(?:pw|pin|t?otp|auth|cv[vcn]|csc|ssn|sas|creds?|pan)|_auth\w*_code|credentials?|_security_(?:answer|number)|authorization|cookies?|(?:card|cc)_?num(?:ber)?|(?:database|db|redis|mongo|postgres|pg|sql|amqp|mq|broker|jdbc|conn(?:ection)?|hook)_?(?:ur[il]|str(?:ing)?)|_dsn|_q_(?:\w+_)?(?:sig(?:nature)?|code))\d*_(\w*)$/;
/** Names that only speak of a secret; and what follows one that is still sure. */
export const ABOUT = /(?:^|_)(?:ur[il]|path|file|name|type|id|version|format|pattern|host|expir\w+|at|date|time|ref)_$/;
export const STILL = /^(?:(?:key|base|prod|dev|test|stag\w+|local|live|old|new|hash|value|\d+)_)*$/;
