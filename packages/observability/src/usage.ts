export { reportedCost } from './usage/cost.js';
export { langfuseUsage } from './usage/langfuse.js';
export {
  type NormalisedUsage,
  normalise,
  type OtherUsage,
  type UsageHint,
  type UsageKind,
  type UsageKinds,
} from './usage/normalise.js';
