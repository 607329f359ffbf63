/** A run that cannot start as it was asked to: its exit code is 3. */
export class RefusedError extends Error {}
