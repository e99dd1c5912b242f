// Finds the element at which React failed: its own errors come after the component has returned, so
// that no frame of their stacks is the component's.
import { Fragment, createElement } from "react";

// Where each of the elements that are being rendered was made, the innermost last.
const open = [];

function Mark({ element, place }) {
  open.push(place);
  return createElement(Fragment, null, element, createElement(Unmark));
}

function Unmark() {
  open.pop();
  return null;
}

/** Makes elements that are marked while they are rendered. */
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

/** The stack of an error of `render`, or of where the element was made at which it failed. */
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
