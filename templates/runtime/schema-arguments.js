// Checks the values of JSON Schema keywords; an invalid value is an error in the schema.
import { kindOf } from "./schema-values.js";

export function fail(message) {
  throw new Error(message);
}

export function number(value, keyword) {
  return typeof value === "number" ? value : fail(`'${keyword}' must be a number`);
}

export function count(value, keyword) {
  return Number.isInteger(value) && value >= 0 ? value : fail(`'${keyword}' must be a whole number, 0 or more`);
}

export function map(value, keyword) {
  return kindOf(value) === "object" ? Object.entries(value) : fail(`'${keyword}' must be an object`);
}

export function list(value, keyword) {
  return Array.isArray(value) ? value : fail(`'${keyword}' must be an array`);
}

export function names(value, keyword) {
  const isList = Array.isArray(value) && value.every((name) => typeof name === "string");
  return isList ? value : fail(`'${keyword}' must be an array of names`);
}

export function expression(source) {
  try {
    return new RegExp(source, "u");
  } catch (error) {
    // Unneeded escapes are common in schemas, and only this mode rejects them.
    try {
      return new RegExp(source);
    } catch {
      return fail(`the pattern ${JSON.stringify(source)} is not a regular expression: ${error.message}`);
    }
  }
}
