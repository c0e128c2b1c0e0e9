/** Asks for the health of a process again and again; how long it takes tells how long others wait for its event loop. */
export function pulse(url: string): { stop(): Promise<readonly number[]> } {
  const waits: number[] = []
  let isRunning = true
  const beating = (async () => {
    while (isRunning) {
      const from = performance.now()
      await fetch(url).then((response) => response.text())
      waits.push(performance.now() - from)
      await new Promise((done) => setTimeout(done, 10))
    }
  })()
  return {
    async stop() {
      isRunning = false
      await beating
      return waits
    },
  }
}

/** The value below which so large a part of the others lies. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}
