/** An uptime is of the time that was watched. Where that is a smaller part of the time than this, it is said how long it was. */
export const MOSTLY_WATCHED = 0.995
