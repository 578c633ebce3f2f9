/** The text that is in every call of a model but `env.AI.run` and a plain `fetch`. */
export const MODEL_METHOD = String.raw`\.\s*(?:completions|responses|messages|chats|interactions)\s*\.\s*(?:create|parse|stream|runTools|toolRunner|thread)\s*[(<]|\.\s*generateContent|\b(?:generate|stream)(?:Text|Object)\s*\(`;

/** The text that is in every file worth parsing for its calls of models. */
export const MODEL_CALL = new RegExp(
  [
    MODEL_METHOD,
    String.raw`\.run\(\s*['"]@(?:cf|hf)\/|\bAI\??\.run\(|api\.(?:openai|anthropic)\.com|openrouter\.ai|generativelanguage\.googleapis|gateway\.ai\.cloudflare`,
  ].join('|'),
);
