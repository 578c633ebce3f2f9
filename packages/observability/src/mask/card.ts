/** Checks the Luhn check digit (ISO/IEC 7812-1): from the right, every second digit counts twice. */
export function hasCheckDigit(text: string): boolean {
  let sum = 0;
  let factor = 1;
  for (const digit of text.replace(/\D/g, '').split('').reverse()) {
    const product = Number(digit) * factor;
    sum += product > 9 ? product - 9 : product;
    factor = 3 - factor;
  }
  return sum % 10 === 0;
}
