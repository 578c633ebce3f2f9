/** Version that `lm receiver` and `lm dashboard` return in `/api/public/health`. */
export const LOOM_VERSION = 'loom';
