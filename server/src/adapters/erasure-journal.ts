import { createReadStream } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { Uuid } from '@kangbao/shared/contracts/fields.ts'
import type { ErasureJournal, ErasureLine } from '../ports/erasure-journal.ts'

const at = Type.Number()
const Line = Type.Union([
  Type.Object({ kind: Type.Literal('member'), orgId: Uuid, memberId: Uuid, erasureId: Uuid, at }),
  Type.Object({
    kind: Type.Literal('consent'),
    orgId: Uuid,
    memberId: Uuid,
    subject: Type.String(),
    purpose: Type.String(),
    at,
  }),
  Type.Object({ kind: Type.Literal('org'), orgId: Uuid, at }),
])
const Stored = Type.Object({ at: Type.String() }, { additionalProperties: true })

/** A file of JSON lines. A short write in append mode is one piece, whoever else appends meanwhile. */
export function erasureJournal(path: string): ErasureJournal {
  return {
    async append(line) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      const file = await open(path, 'a', 0o600)
      try {
        // Begun on a line of its own: one that was cut off by a fall must not swallow this one.
        await file.write(`\n${JSON.stringify({ ...line, at: new Date(line.at).toISOString() })}\n`)
        await file.sync()
      } finally {
        await file.close()
      }
    },
    async *lines() {
      const stream = createReadStream(path, 'utf8')
      try {
        for await (const text of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
          const line = parse(text)
          if (line) yield line
        }
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
      }
    },
  }
}

function parse(text: string): ErasureLine | null {
  try {
    const stored: unknown = JSON.parse(text)
    if (!Value.Check(Stored, stored)) return null
    const line: unknown = { ...stored, at: Date.parse(stored.at) }
    return Value.Check(Line, line) ? line : null
  } catch {
    return null // cut off in the middle, or blank
  }
}
