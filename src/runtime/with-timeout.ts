/**
 * Whether `promise` settles within `ms`; rejects as it does. Leaves no timer. Null: no limit. A reaction stays on the promise
 * until it settles: do not wait again and again for one that lives long.
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
