// Values as JSON Schema compares and counts them.

export function kindOf(value) {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/** A text that two values share exactly when they are equal. */
export function canonical(value) {
  if (typeof value !== "object" || value === null) return JSON.stringify(value === 0 ? 0 : value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const members = Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${members.join()}}`;
}

export function codePoints(text) {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** A number as it is written: digits times a power of ten. */
function decimal(number) {
  const [mantissa, exponent] = Math.abs(number).toExponential().split("e");
  const [whole, fraction = ""] = mantissa.split(".");
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}

/** Whether `value` divides as written: 19.99 by 0.01, although their binary forms do not. */
export function isMultiple(value, divisor) {
  if (Number.isSafeInteger(value) && Number.isSafeInteger(divisor)) return value % divisor === 0;
  const [left, right] = [decimal(value), decimal(divisor)];
  const shift = left.exponent - right.exponent;
  return shift >= 0
    ? (left.digits * 10n ** BigInt(shift)) % right.digits === 0n
    : left.digits % (right.digits * 10n ** BigInt(-shift)) === 0n;
}
