/** One line of `lm deploy --check`, and of `lm doctor`. */
export interface ServerCheck {
  readonly name: string;
  readonly level: 'ok' | 'note' | 'problem';
  readonly says: string;
  readonly fix?: string;
}
