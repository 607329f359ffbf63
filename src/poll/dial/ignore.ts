/**
 * Takes an event that means nothing any more. One function for all connections: one of a connection would refer to all that was used where it was
 * made.
 */
export function ignore(): void {}
