/** The evaluated parts of an object or an array, for the unevaluated keywords. */
export class Seen {
  names = new Set();
  indexes = new Set();

  add(other) {
    for (const name of other.names) this.names.add(name);
    for (const index of other.indexes) this.indexes.add(index);
  }
}
