// Vite makes a file of its own of what is imported so.
declare module '*.css'

// `scripts/build-page.ts` makes it from the table of reasons.
declare module 'virtual:reasons' {
  /** What each reason means, and what to do about it; '' for nothing. */
  export const REASONS: Readonly<Record<string, readonly [meaning: string, action: string]>>
}
