/** Whether `promise` settles within `ms`; rejects as it does. Leaves no timer. Null: no limit. */
export async function within(promise: Promise<unknown>, ms: number | null): Promise<boolean> {
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
