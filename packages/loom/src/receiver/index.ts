export { type RenderOptions, renderTrace } from './render.js';
export { type Receiver, type ReceiverOptions, startReceiver } from './server.js';
export { MemoryTraceStore, type TraceStore } from './store.js';
export type * from './trace.js';
