/** The text that is in every call of a model but `env.AI.run` and a plain `fetch`. */
export const MODEL_METHOD = String.raw`\.\s*(?:completions|responses|messages|chats|interactions)\s*\.\s*(?:create|parse|stream|runTools|toolRunner|thread)\s*[(<]|\.\s*generateContent|\b(?:generate|stream)(?:Text|Object)\s*\(`;

/**
 * The text that must be in a file for it to be worth parsing. In a module of its own, because the
 * rest of this room loads the compiler.
 */
export const CANDIDATE = new RegExp(
  [
    String.raw`\.\s*(?:tool|registerTool|paidTool|addTool)\s*[(<]`,
    String.raw`\[\s*['"\x60](?:tool|registerTool|paidTool|addTool)['"\x60]\s*\]\s*[(<]`,
    String.raw`Tool(?:With\w+)?\s*\(|\btool\s*\(\s*['"\x60]`,
    String.raw`\bCallToolRequestSchema\b|tools\/call|\.(?:TOOLS_CALL|CALL_TOOL)\b|new\s+(?:(?:Mcp|MCP)?Server|FastMCP)\b`,
    String.raw`\b(?:inputSchema|input_schema|paramsSchema)\b|\bparameters\s*:|\b(?:handler|execute)\s*[:(]`,
    MODEL_METHOD,
    String.raw`\.run\(\s*['"]@(?:cf|hf)\/|\bAI\??\.run\(|api\.(?:openai|anthropic)\.com|openrouter\.ai|generativelanguage\.googleapis|gateway\.ai\.cloudflare`,
    String.raw`\bregisterToolTask\b|\.(?:tool|registerTool)\.bind\(`,
    String.raw`\bextends\s+\w{0,100}Tool(?:Base)?\b`,
    String.raw`export\s+const\s+metadata\b|['"](?:workers-mcp|xmcp)['"]|@create-something\/observability`,
  ].join('|'),
);

/** The same, with the names of functions that a person said register tools. */
export function candidatesWith(registrars: readonly string[]): RegExp {
  const names = registrars.map((name) => name.replaceAll('$', '\\$')).join('|');
  return registrars.length === 0
    ? CANDIDATE
    : new RegExp(`${CANDIDATE.source}|(?<![\\w$])(?:${names})(?![\\w$])`);
}
