import { Type, type Static } from 'typebox'
import { changes, none, own } from './audit-declaration.ts'
import { contract } from './contract.ts'
import { FilePurpose, MediaType } from './file-kinds.ts'
import { Count, Instant, Nothing, Nullable, Uuid } from './fields.ts'

export * from './file-kinds.ts'

export const StoredFile = Type.Object({
  id: Uuid,
  purpose: FilePurpose,
  /** `quarantined`: the virus scanner found something; nobody gets it. */
  state: Type.Union([Type.Literal('ready'), Type.Literal('quarantined')]),
  name: Type.String(),
  type: MediaType,
  sizeBytes: Count,
  /** Of a picture, in pixels as it is shown. */
  width: Nullable(Count),
  height: Nullable(Count),
  /** SHA-256 of the content, hexadecimal. */
  digest: Type.String(),
  createdAt: Instant,
  /** Addresses that work without a session, for a few minutes and for whoever asked for them; null in quarantine. */
  links: Nullable(
    Type.Object({
      content: Type.String(),
      /** Pictures only. */
      thumbnail: Nullable(Type.String()),
      expiresAt: Instant,
    }),
  ),
})
export type StoredFile = Static<typeof StoredFile>

/** Header that carries the file's name, percent-encoded: a name has no place in an address. */
export const fileNameHeader = 'x-file-name'

export const uploadFile = contract({
  method: 'POST',
  path: '/files',
  summary:
    'Send a file: the body is its bytes. It is seen by its sender only until something it is attached to',
  permission: 'submissions.file',
  audit: changes('file.sent', { object: 'file:{response.id}' }),
  query: Type.Object(
    {
      purpose: FilePurpose,
      /** Of the sender's choosing: sent again under the same key, it is the same file. */
      key: Type.Optional(Uuid),
    },
    { additionalProperties: false },
  ),
  consumes: 'application/octet-stream',
  response: StoredFile,
  errors: [
    'file.too-large',
    'file.empty',
    'file.type-refused',
    'file.heic',
    'file.unreadable',
    'file.too-many-pixels',
    'file.quota',
    'file.infected',
    'file.cut-off',
    'file.not-checked',
  ],
})

const FileParams = Type.Object({ fileId: Uuid }, { additionalProperties: false })

export const getFile = contract({
  method: 'GET',
  path: '/files/:fileId',
  summary: 'A file one has sent, with fresh links to its content',
  permission: 'submissions.file',
  audit: own('what the caller has sent'),
  params: FileParams,
  response: StoredFile,
  errors: ['resource.missing'],
})

export const deleteFile = contract({
  method: 'DELETE',
  path: '/files/:fileId',
  summary: 'Throw away a file one has sent that is attached to nothing',
  permission: 'submissions.file',
  audit: changes('file.deleted', { object: 'file:{fileId}' }),
  params: FileParams,
  response: Nothing,
  errors: ['resource.missing', 'file.attached'],
})

export const readFileContent = contract({
  method: 'GET',
  path: '/file-content',
  summary: 'The bytes behind a link, as a download; understands a range',
  permission: 'public',
  rate: 'page',
  audit: none('the row was written when the link was given out'),
  query: Type.Object({ link: Type.String({ maxLength: 400 }) }, { additionalProperties: false }),
  response: Type.Unknown(),
  produces: 'application/octet-stream',
  errors: ['file.link-invalid', 'file.range'],
})
