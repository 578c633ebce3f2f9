/** Sentences, code and data that must stay unchanged. */
export const INNOCENT = `
The token limit is 4096 and the password has to be changed.
token: a unit of text
Tokens: 1,204 in, 88 out
token count = 4096
A token is about 4 characters.
The secret ingredient is love.
Secret: the ingredient is love
Top secret: nobody knows
Password: must be at least 8 characters
Password: required
Password (8 to 64 characters)
Forgot your password? Click here.
Passwords do not match.
invalid password: try again
Wrong password for user ann
Authorization: required for this route
Authorization: see the section on logins
Cookies: we use them
Cookie: none
Basic understanding is needed
basic knowledge of TypeScript
Basic HTTP requests, basic SQL queries, Basic JavaScript
bearer shares of the company
Bearer authentication is supported
Bearer tokens are sent in a header.
API key: see the docs
api_key: string (required)
api_key: str
apiKey: process.env.API_KEY
apiKey: env.OPENAI_API_KEY,
apiKey = config.apiKey;
const token = getToken();
const token = await getToken(user, { fresh: true });
const token = req.headers.authorization?.split(' ')[1];
const secret = crypto.randomUUID();
let password = '';
let password = "";
password: z.string().min(8),
password = prompt('Password: ')
password = os.environ["DB_PASSWORD"]
password = input("Enter your password: ")
token=\${{ secrets.GITHUB_TOKEN }}
TOKEN=$(cat token.txt)
TOKEN="$GITHUB_TOKEN"
export API_KEY=\${API_KEY:-}
-H "Authorization: Bearer $TOKEN"
-H "Authorization: Bearer \${TOKEN}"
-H 'Authorization: Bearer <token>'
-H 'X-Api-Key: {{ api_key }}'
--password <password>
--token is required
--secret-name tls
if (token === undefined) throw new Error('no token');
if (!password) return;
function f(password: string, token?: string): void {}
interface A { secret: string; token?: string; apiKey: string | undefined }
type Key = { privateKey: CryptoKey; publicKey: CryptoKey };
private readonly token: string,
@Inject(TOKEN) private token: TokenService
def login(user: str, password: str) -> bool:
public function login(string $password): bool
func login(user string, password string) error
fn login(password: &str) -> Result<(), Error>
fetch(url, { credentials: 'include' })
fetch(url, { credentials: 'same-origin', headers })
xhr.withCredentials = true
{ type: 'password', name: 'password', placeholder: 'Password' }
<input type="password" name="password" autocomplete="current-password">
<label for="password">Password</label>
<password>string</password>
"password": {"type": "string", "minLength": 8}
"required": ["username", "password"]
"token_type": "bearer"
"auth": "none"
"auth": {"type": "basic"}
"pin": 13
"otp": true
"secret": null
"token": null,
"cookie": "yes"
"credentialType": "basic"
"secretName": "tls"
"private_key_path": "/etc/ssl/private/server.key"
next_page_token: CAUQAA
nextPageToken=CAUQAA8xY2d
continuation_token: abc123def456
max_tokens=100
max_tokens: 128000
input_tokens: 1234567, output_tokens: 7654321
tokenizer: cl100k_base
eos_token: "<|endoftext|>"
SyntaxError: Unexpected token: <
SyntaxError: Unexpected token '}', "{}}" is not valid JSON
invalid token: unexpected end of JSON input
PWD=/home/user/project
OLDPWD=/tmp
pwd: /workspace/app
cwd=/srv/app pwd=/srv/app
private key: none
private key: /etc/ssl/key.pem
public_key: ssh-ed25519
ssh-keygen -t ed25519 -f ~/.ssh/id_ed25519
A file that begins with -----BEGIN PRIVATE KEY----- is a key.
-----BEGIN CERTIFICATE-----
git@github.com:org/repo.git
git clone https://github.com/org/repo.git
https://unpkg.com:443/pkg@1.2.3
http://localhost:3000/@scope/pkg
npm i @scope/pkg@1.2.3
ssh://git@github.com:22/org/repo
docker run -u 1000:1000 -p 8080:80 image
docker pull ghcr.io/org/image@sha256:9fceb02d0ae598e95dc970b74767f19372d61af89fceb02d0ae598e95dc970b7
redis://localhost:6379/0
postgres://localhost/db
DATABASE_URL=postgres://localhost:5432/db
DATABASE_URL=file:./dev.db
jdbc:mysql://localhost:3306/db
user:group 0755
sk-estimator, sk-learn, task-list, disk-usage-2024
pk_orders_customer_id REFERENCES orders
sk_buff_head_init(&list)
hf_transfer-enabled
npm_package_name=x npm_config_user_agent=npm/10.8.2
npm_lifecycle_event=test
eyJob description
risk-assessment-of-the-project-2024
550e8400-e29b-41d4-a716-446655440000
request id 550e8400-e29b-41d4-a716-446655440000 took 12 ms
req_011CSHoEeqs5C35K2UUqR7Fy
msg_01XFDUDYJgAACzvnptvVoYEL
toolu_01A09q90qw90lq917835lq9
chatcmpl-9XyZ12AbCdEfGh34IjKlMnOp56
call_abc123DEF456ghi789JKL012
resp_68a1b2c3d4e5f60718293a4b5c6d7e8f9a0b1c2d3e4f5a6b
cus_9s6XKzkNRiz8i3 pi_3MtwBwLkdIwHu7ix28a3tqPa
price_1MowQVLkdIwHu7ixraBm864M
arn:aws:iam::123456789012:role/my-role
s3://bucket/key/2026-11-29/part-0001.parquet
commit 9fceb02d0ae598e95dc970b74767f19372d61af8
Merge: 1a2b3c4 5d6e7f8
index 83db48f..bf269f4 100644
"integrity": "sha512-9fceb02d0ae598e95dc970b74767f19372d61af8abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ=="
assets/index-BxK3j9dL.js 142.31 kB
ETag: "33a64df551425fcc55e4d42a148795d9f25f89d4"
traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
released 2026-11-29 at 1795978140 (1795978140668 ms)
2026-11-29T10:00:00.123Z INFO [worker-1] GET /api/items/7919 200 in 12ms
lat 52.520008123456789, lon 13.404954123456789
0.4111111111111111
ISBN 978-3-16-148410-0
EAN 4006381333931
EAN 4814227065067
DE89 3704 0044 0532 0130 00
GB29 NWBK 6016 1331 9268 19
phone +49 171 1234567, +1 (555) 010-9999
snowflake 1234567890123456789
order 4111111111111112
order 1234567890
version 1.2.3-beta.4+build.567
192.168.0.1:8080, [2001:db8::1]:443
Content-Type: application/json; charset=utf-8
Cache-Control: max-age=31536000, immutable
Set the cookie with setCookie(name, value).
cookie-parser: ^1.4.6
cookieConsent: yes
secretary: Ms. Lee
The passenger passed the passport control: all good.
compass: north
bypass: true
Author: Ann Lee
authority: example.com
monkey: banana
keyboard: qwerty
primary key: id
foreign_key: user_id
key: value
cache key: users:1:profile
sort_key=created_at
?page=2&sort=name&code=de
?code=200
error code: 404
status code: 429
country_code=DE
zip code: 12345
postal code: 12345
The code: see below
signature: add(a: number, b: number): number
description: Adds two numbers
{"name":"add","description":"Adds two numbers","inputSchema":{"type":"object","properties":{"a":{"type":"number"}}}}
{"role":"user","content":"What is a JSON Web Token?"}
{"usage":{"prompt_tokens":1200,"completion_tokens":345,"total_tokens":1545}}
{"model":"claude-opus-4-5-20251101","max_tokens":4096}
{"errors":{"password":"must be at least 8 characters long"}}
{"label":"Password","hint":"Use at least 8 characters"}
{"password":"string","token":"string"}
{"passwordPolicy":{"min":8}}
{"hasPassword":true,"tokenCount":12,"isSecret":"no"}
SELECT id, password FROM users WHERE name = 'ann'
CREATE TABLE users (id INT, password VARCHAR(255), token TEXT)
ALTER USER ann WITH PASSWORD
GRANT ALL ON db.* TO 'ann'@'localhost'
RUN --mount=type=secret,id=npmrc npm ci
steps.token.outputs.token
with: { token: secrets.GITHUB_TOKEN }
secrets: inherit
secret:
  secretKeyRef:
kind: Secret
| password | string | yes | the password of the user |
| token | the token | required |
- **token** (string): the token
- \`apiKey\`: your API key
- \`token\`: the token, see [tokens](#tokens)
* password: the user's password
the password is wrong, the token is old, the secret is out
Please enter your PIN: it has four digits.
PIN code: see letter
OTP: one-time password
JWT: JSON Web Token
jwt: RS256
CSRF token: what is it?
OAuth2 token: how to get one
mnemonic: easy to remember
seed: 42
recovery code: see settings
backup codes: none
DSN: see Sentry
connection string: see the portal
webhook url: see Slack
card number: see the back
CVV: three digits
Kubernetes pins the pod: node-1
spin: true
ping: 12 ms
`
  .trim()
  .split('\n');
