const patienceMs = 20_000

/** Waits for what comes by itself. */
export async function waitFor<T>(read: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const end = Date.now() + patienceMs
  for (;;) {
    const value = await read()
    if (value !== undefined) return value
    if (Date.now() > end) throw new Error(`nothing came in ${patienceMs / 1000} s`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
