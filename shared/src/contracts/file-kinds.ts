import { Type, type Static } from 'typebox'

/** Types a file may have, by what its bytes say; whatever its name or its sender says does not count. */
export const imageTypes = ['image/jpeg', 'image/png', 'image/webp'] as const
export const mediaTypes = [...imageTypes, 'application/pdf'] as const
export const MediaType = Type.Union([
  Type.Literal('image/jpeg'),
  Type.Literal('image/png'),
  Type.Literal('image/webp'),
  Type.Literal('application/pdf'),
])
export type MediaType = (typeof mediaTypes)[number]

export interface PurposeRules {
  readonly types: readonly MediaType[]
  readonly maxBytes: number
}

const mebibyte = 1024 * 1024

/** What may be sent for what. The client reads it too, so that a person is told before the bytes travel. */
export const filePurposes = {
  photo: { types: imageTypes, maxBytes: 15 * mebibyte },
  document: { types: mediaTypes, maxBytes: 20 * mebibyte },
  /** Drawn by the app itself, so that it is small and of one kind. */
  signature: { types: ['image/png'], maxBytes: mebibyte },
} as const satisfies Record<string, PurposeRules>
export const FilePurpose = Type.Union([
  Type.Literal('photo'),
  Type.Literal('document'),
  Type.Literal('signature'),
])
export type FilePurpose = Static<typeof FilePurpose>

/** Pictures of more pixels are refused: a small file can hold a picture that fills all memory. */
export const maxPixels = 40_000_000
