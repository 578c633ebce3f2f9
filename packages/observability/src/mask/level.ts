/**
 * How much is masked.
 * - `standard`: values that look like a secret.
 * - `strict`: also every value whose name looks like that of a secret, and every value that looks random.
 * - `off`: nothing.
 */
export type MaskLevel = 'strict' | 'standard' | 'off';

/** Settings of the mask. */
export interface MaskSettings {
  mask?: false | ((text: string) => string) | undefined;
  maskLevel?: MaskLevel | undefined;
  maskEmails?: boolean | undefined;
}
