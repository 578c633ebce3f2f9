export const LAYERS = ['cloudflare', 'langfuse', 'loom'] as const;
export type Layer = (typeof LAYERS)[number];
