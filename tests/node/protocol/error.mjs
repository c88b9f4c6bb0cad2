/** Something that could not be verified; `reason` is a word of docs/errors.md. */
export class ProtocolError extends Error {
  constructor(reason, message) {
    super(`${reason}: ${message}`);
    this.reason = reason;
  }
}

export function demand(condition, reason, message) {
  if (!condition) throw new ProtocolError(reason, message);
}
