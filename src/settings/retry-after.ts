/** The longest time for which a server can ask not to be polled, in ms: longer ones are cut to this. */
export const MAX_RETRY_AFTER_MS = 3_600_000
