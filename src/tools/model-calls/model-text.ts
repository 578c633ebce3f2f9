/** Every model call contains this text, except `env.AI.run` and a plain `fetch`. */
export const MODEL_METHOD = String.raw`\.\s*(?:completions|responses|messages|chats|interactions)\s*\.\s*(?:create|parse|stream|runTools|toolRunner|thread)\s*[(<]|\.\s*generateContent|\b(?:generate|stream)(?:Text|Object)\s*\(`;

/** Every file with a model call contains this text. Other files need no parsing. */
export const MODEL_CALL = new RegExp(
  [
    MODEL_METHOD,
    String.raw`\b_?[aA][iI]!?\.run\(|\bAiModels\b|:\s*Ai\b|@(?:cf|hf)\/|['"]ai['"]|\.(?:autorag|aiSearch|toMarkdown)\(`,
    String.raw`\/embeddings\b|\/images\/generations|\/chat\/completions|\/v1\/(?:messages|responses|completions|rerank)|:(?:stream)?[gG]enerateContent`,
    String.raw`\.(?:embeddings|images|speech|transcriptions)\s*\.\s*(?:create|generate|edit)\s*\(|\bfetch\s*\([^;]{0,300}\bmodel\b`,
    String.raw`\.run\(\s*['"]@(?:cf|hf)\/|\bAI\??\.run\(|api\.(?:openai|anthropic)\.com|openrouter\.ai|generativelanguage\.googleapis|gateway\.ai\.cloudflare`,
  ].join('|'),
);
