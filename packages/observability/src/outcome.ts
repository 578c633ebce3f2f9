/** What an error says. Never throws, whatever was thrown. */
export function errorMessage(error: unknown): string {
  try {
    return error instanceof Error ? error.message || error.name : String(error);
  } catch {
    return 'something without words was thrown';
  }
}

const UNNAMED = 'the tool returned an error';

/** The message of an MCP result that says it is an error, else undefined. Its text is output: `isTold` or not. */
export function toolError(result: unknown, isTold: boolean): string | undefined {
  const { isError, content } = (result ?? {}) as { isError?: unknown; content?: { text?: unknown }[] };
  if (isError !== true) return undefined;
  if (!isTold) return UNNAMED;
  const texts = Array.isArray(content) ? content.map((part) => part?.text) : [];
  return texts.filter((text) => typeof text === 'string').join('\n') || UNNAMED;
}
