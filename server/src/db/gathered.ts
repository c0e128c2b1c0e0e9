/** What is asked for in one turn of the event loop is read at once; each asker gets what was read for all. */
export function gathered<T>(read: (ids: readonly string[]) => Promise<T>): (id: string) => Promise<T> {
  let ids = new Set<string>()
  let next: Promise<T> | null = null
  return (id) => {
    ids.add(id)
    next ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      const wanted = [...ids]
      ids = new Set()
      next = null
      return read(wanted)
    })
    return next
  }
}
