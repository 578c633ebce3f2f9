/** What `/api/public/health` of `lm receiver` and `lm dashboard` gives as the version. */
export const LOOM_VERSION = 'loom';
