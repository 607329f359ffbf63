/** The statuses of redirects that a poll follows. 300, 304 and 305 are not followed. */
export const REDIRECT_STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
