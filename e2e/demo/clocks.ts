/** Moves the clocks of all processes together; they must have been started with CLOCK_CONTROL. */
export async function setClocks(processes: readonly string[], now: string | null): Promise<void> {
  await Promise.all(
    processes.map(async (url) => {
      const response = await fetch(`${url}/__clock`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ now }),
      })
      if (!response.ok) throw new Error(`${url}: the clock cannot be moved (${response.status})`)
    }),
  )
}
