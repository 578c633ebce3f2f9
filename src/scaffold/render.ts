import Handlebars from 'handlebars';

/** Fills in a template. Nothing is escaped, since nothing rendered is HTML; a missing value throws. */
export function render(template: string, values: Readonly<Record<string, unknown>> = {}): string {
  return Handlebars.compile(template, { noEscape: true, strict: true })(values);
}
