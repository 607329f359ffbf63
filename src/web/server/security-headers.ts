/** The Content-Security-Policy of answers that are for programs. */
export const DEFAULT_POLICY = "default-src 'none'; frame-ancestors 'none'"

/** Headers of every response. What is answered is for programs, not for pages of other sites. */
export const SECURITY_HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': DEFAULT_POLICY,
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const
