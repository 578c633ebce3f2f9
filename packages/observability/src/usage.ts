export { reportedCost } from './usage/cost.js';
export { langfuseUsage } from './usage/langfuse.js';
export type {
  NormalisedUsage,
  OtherUsage,
  UsageHint,
  UsageKind,
  UsageKinds,
} from './usage/normalise.js';
export { normaliseQuickly as normalise } from './usage/quick.js';
