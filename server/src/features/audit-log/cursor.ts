/** A place in a log that is read newest first. */
export interface LogPlace {
  readonly at: string
  readonly id: string
}

export function cursorOf({ at, id }: LogPlace): string {
  return Buffer.from(`${at} ${id}`).toString('base64url')
}

/** Where a page begins: null for the first one, undefined when the cursor is none of ours. */
export function placeOf(cursor: string | undefined): LogPlace | null | undefined {
  if (cursor === undefined) return null
  const text = Buffer.from(cursor, 'base64url').toString()
  const [, at, id] =
    /^(\d{4}-\d{2}-\d{2}T[\d:.]+Z) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(text) ?? []
  return at && id && !Number.isNaN(Date.parse(at)) ? { at, id } : undefined
}
