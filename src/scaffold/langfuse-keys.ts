/** Default address of `lm dashboard`. */
export const LOCAL_RECEIVER = 'http://127.0.0.1:4319';

/**
 * Variables that the runtime reads from the environment (Langfuse's own names). `local` is the value for the
 * local receiver, which accepts any keys.
 */
export const LANGFUSE_KEYS = [
  { name: 'LANGFUSE_PUBLIC_KEY', example: 'pk-lf-...', local: 'pk-lf-local' },
  { name: 'LANGFUSE_SECRET_KEY', example: 'sk-lf-...', local: 'sk-lf-local' },
  { name: 'LANGFUSE_BASE_URL', example: 'https://us.cloud.langfuse.com', local: LOCAL_RECEIVER },
] as const;
