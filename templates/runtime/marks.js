// Finds the element at which React failed: React throws its own errors after the component has
// returned, so their stacks have no frame of the component.
import { Fragment, createElement } from "react";

// The places where the elements being rendered were created, innermost last.
const open = [];

function Mark({ element, place }) {
  open.push(place);
  return createElement(Fragment, null, element, createElement(Unmark));
}

function Unmark() {
  open.pop();
  return null;
}

/** Creates elements that are marked while they are rendered. */
export function marking(create) {
  return (type, props, ...rest) => {
    const element = create(type, props, ...rest);
    const place = new Error().stack;
    return createElement(Mark, { key: element.key, element, place });
  };
}

export const isPlaced = (stack) => /@(component|layout|document):/.test(stack ?? "");

let isMarking = false;
export const marks = () => isMarking;

/** Returns the stack of an error of `render`, or of the creation of the element that failed. */
export function placeOf(error) {
  const stack = error?.stack ?? "";
  return isMarking && !isPlaced(stack) ? (open.at(-1) ?? stack) : stack;
}

/** Runs `render` with marked elements. */
export function withMarks(render) {
  isMarking = true;
  open.length = 0;
  try {
    return render();
  } finally {
    isMarking = false;
  }
}
