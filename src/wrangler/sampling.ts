import { UsageError } from '../core/errors.js';

/** Default share of traced requests: one in ten. */
export const DEFAULT_SAMPLING = 0.1;

/** @throws UsageError unless `rate` is a number from 0 to 1, Wrangler's range. */
export function checkedSampling(rate: number): number {
  if (!isSamplingRate(rate)) {
    throw new UsageError(
      `The sampling rate must be a number from 0 to 1, but is ${rate}.`,
      'Pass the share of requests to trace, such as 0.1 for one in ten.',
    );
  }
  return rate;
}

export function isSamplingRate(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}
