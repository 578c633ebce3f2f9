/** Version of `lm receiver` and `lm dashboard` in `/api/public/health`. */
export const LOOM_VERSION = 'loom';
