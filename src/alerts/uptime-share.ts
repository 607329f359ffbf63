/** An uptime, 0 to 1. `none`: the history knows of no time in which the URL was up or down. null: it cannot be asked now. */
export type UptimeShare = number | 'none' | null
