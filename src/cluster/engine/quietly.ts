/** Waits for what fails only when the engine is away, which its connection reports. */
export async function quietly(act: Promise<unknown>): Promise<void> {
  await act.catch(() => {})
}
