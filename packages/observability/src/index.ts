export * from './atlas.js';
export { getClient, initObservability, type ObservabilityClient, shutdownObservability } from './client.js';
export type { MaskLevel } from './mask/level.js';
export {
  fromPromptGet,
  fromResourceRead,
  fromToolCall,
  mcpArguments,
  observeMessage,
  traceMcpPrompt,
  traceMcpResource,
  traceMcpTool,
} from './mcp/handlers.js';
export { observeServer } from './mcp/observe-server.js';
export { keepMcpSession } from './mcp/session.js';
export { observeModel } from './model.js';
export { observeFetch } from './model-fetch.js';
export type { Parent } from './node.js';
export type { BeforeSend, Observation } from './observation.js';
export type { ErrorType } from './outcome.js';
export { traceContext } from './propagation.js';
export { recordScore } from './score.js';
export type { Secret } from './secret.js';
export type { AutoScore, Capture, ObservabilityOptions } from './settings.js';
export { createGeneration, createSpan, createTrace, logEvent, withTrace } from './trace.js';
export type * from './types.js';
