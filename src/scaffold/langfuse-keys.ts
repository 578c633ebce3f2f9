/** What the runtime reads from the environment (Langfuse's own names for them). */
export const LANGFUSE_KEYS = [
  { name: 'LANGFUSE_PUBLIC_KEY', example: 'pk-lf-...' },
  { name: 'LANGFUSE_SECRET_KEY', example: 'sk-lf-...' },
  { name: 'LANGFUSE_BASE_URL', example: 'https://us.cloud.langfuse.com' },
] as const;
