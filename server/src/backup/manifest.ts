import { Type, type Static, type TSchema } from 'typebox'
import { Value } from 'typebox/value'

/** Raised when an older product could no longer restore what this one writes. */
export const formatVersion = 1

export const headerName = 'backup.json'
export const manifestName = 'manifest.sealed'
export const listName = 'SHA256SUMS'
/** Written last: a folder without it was not finished. */
export const markerName = 'complete'

/** Readable without a key: how to get at the key, and what made this. */
export const Header = Type.Object({
  format: Type.Integer({ minimum: 1 }),
  product: Type.String(),
  takenAt: Type.String(),
  key: Type.Object({ salt: Type.String(), cost: Type.Integer() }),
  keyCheck: Type.String(),
})
export type Header = Static<typeof Header>

const Part = Type.Object({
  /** File below the backup's folder. */
  file: Type.String(),
  /** Bytes as stored, sealed. */
  storedBytes: Type.Integer({ minimum: 0 }),
  /** Bytes inside the seal. */
  innerBytes: Type.Integer({ minimum: 0 }),
  sha256: Type.String(),
})
export type Part = Static<typeof Part>

const Table = Type.Object({
  name: Type.String(),
  columns: Type.Array(Type.String()),
  partition: Type.Union([Type.Object({ parent: Type.String(), bound: Type.String() }), Type.Null()]),
  rows: Type.Integer({ minimum: 0 }),
  part: Part,
})
export type Table = Static<typeof Table>

const Database = Type.Object({
  name: Type.String(),
  migrations: Type.Array(Type.String()),
  tables: Type.Array(Table),
  sequences: Type.Array(
    Type.Object({ name: Type.String(), lastValue: Type.String(), isCalled: Type.Boolean() }),
  ),
})
export type DatabaseManifest = Static<typeof Database>

export const Manifest = Type.Object({
  product: Type.String(),
  takenAt: Type.String(),
  databaseTime: Type.String(),
  databases: Type.Array(Database),
  /** Master keys of which something in the data may need one. */
  masterKeys: Type.Array(Type.Object({ id: Type.String(), mark: Type.String() })),
  files: Type.Object({
    part: Part,
    count: Type.Integer({ minimum: 0 }),
    /** Uploaded files that were deleted while they were copied, as `org/file`: their rows go too. */
    goneMeanwhile: Type.Array(Type.String()),
  }),
  /** What else lies below the data folder: audit anchors, the erasure journal, suites. */
  extras: Type.Object({ part: Part, names: Type.Array(Type.String()) }),
})
export type Manifest = Static<typeof Manifest>

/** @throws Error when the text is no JSON of this shape. */
export function parseAs<T extends TSchema>(schema: T, text: string): Static<T> {
  const value: unknown = JSON.parse(text)
  return Value.Parse(schema, value)
}
