import { SECURITY_HEADERS } from '../../http/headers.js';

/** The page may only submit its own form. */
const HEADERS = {
  ...SECURITY_HEADERS,
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  // With `no-referrer`, a browser sends `Origin: null` with a form, the same as other sites' pages.
  'referrer-policy': 'same-origin',
  'content-type': 'text/html; charset=utf-8',
};

/** The sign-in form, without external files. */
export function signInPage(status: number, message: string): Response {
  return page(
    status,
    'Sign in',
    `<p>${escaped(message)}</p>
<form method="post" action="/sign-in">
<p><label for="token">Login token</label></p>
<p><input id="token" name="token" type="password" autocomplete="current-password" size="40" required autofocus></p>
<p><button type="submit">Sign in</button></p>
</form>
<p>To get a token, ask the person who runs this server. They create one with:</p>
<pre><code>lm keys add "Your name" --kind login</code></pre>`,
  );
}

export function signOutPage(): Response {
  return page(
    200,
    'Sign out',
    `<p>This ends the session of this browser.</p>
<form method="post" action="/sign-out"><p><button type="submit">Sign out</button></p></form>
<p><a href="/">Back</a></p>`,
  );
}

function page(status: number, title: string, body: string): Response {
  const text = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Loom: ${title.toLowerCase()}</title>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
  return new Response(text, { status, headers: HEADERS });
}

function escaped(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}
