/** Shown if the address has no token: explains the next step, without external files. */
export function signInPage(message: string): string {
  const text = message.replace(/[&<>`]/g, (character) =>
    character === '`' ? '' : `&#${character.charCodeAt(0)};`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Loom: sign in</title>
</head>
<body>
<main>
<h1>Open the address from the terminal</h1>
<p>${text}</p>
<p>The dashboard printed it in the terminal. It starts with http. To print it again, stop the dashboard with Ctrl-C and run:</p>
<pre><code>lm dashboard --open</code></pre>
</main>
</body>
</html>
`;
}
