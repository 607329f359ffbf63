/** Certificates that expire sooner are worth a warning, in ms. */
export const EXPIRES_SOON_MS = 14 * 86_400_000
