/**
 * Whether `promise` resolves within `ms`; null: no limit. Rejects when it rejects in that time. Leaves no timer, but a reaction on
 * the promise until it settles: do not call it many times with a promise that lives long.
 */
export async function withTimeout(promise: Promise<unknown>, ms: number | null): Promise<boolean> {
  if (ms === null) {
    await promise
    return true
  }
  const late = Promise.withResolvers<false>()
  const timer = setTimeout(() => late.resolve(false), ms)
  try {
    return await Promise.race([promise.then(() => true), late.promise])
  } finally {
    clearTimeout(timer)
  }
}
