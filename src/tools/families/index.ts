import type { Family } from '../family.js';
import { entrypoints } from './entrypoints.js';
import { handlerUses } from './handler-uses.js';
import { instrumentation } from './instrumentation.js';
import { jsonRpc } from './json-rpc.js';
import { lowLevelServer } from './low-level-server.js';
import { messageHandlers } from './message-handlers.js';
import { modelCalls } from './model-calls.js';
import { registrarFunctions } from './registrar-functions.js';
import { registrars } from './registrars.js';
import { registrations } from './registrations.js';
import { registryDispatch } from './registry-dispatch.js';
import { resourcesAndPrompts } from './resources-and-prompts.js';
import { serverConstructions } from './server-constructions.js';
import { servers } from './servers.js';
import { switches } from './switches.js';
import { toolDefinitions } from './tool-definitions.js';
import { toolFactories } from './tool-factories.js';
import { toolUpdates } from './tool-updates.js';
import { unwrittenRegistrations } from './unwritten-registrations.js';
import { xmcpFiles } from './xmcp-files.js';

/**
 * All families, in order of precedence. The first family that finds a site or a definition in a node wins. So a
 * registration on a server comes before a configured registrar, and both come before a function that only looks like
 * a tool factory. The public methods of a class come before the class as one tool.
 */
export const FAMILIES: readonly Family[] = [
  xmcpFiles,
  registrations,
  resourcesAndPrompts,
  registrars,
  lowLevelServer,
  unwrittenRegistrations,
  toolUpdates,
  toolFactories,
  entrypoints,
  messageHandlers,
  jsonRpc,
  toolDefinitions,
  registryDispatch,
  switches,
  handlerUses,
  registrarFunctions,
  servers,
  serverConstructions,
  instrumentation,
  modelCalls,
];
