/**
 * How much is masked: what looks like a secret; also every value under the name of one and all that looks random; or
 * nothing.
 */
export type MaskLevel = 'strict' | 'standard' | 'off';

/** Settings of the mask. */
export interface MaskSettings {
  mask?: false | ((text: string) => string) | undefined;
  maskLevel?: MaskLevel | undefined;
  maskEmails?: boolean | undefined;
}
