import type { Feature } from '../index.ts'
import { eraseBytes, sweepLoose } from './files.jobs.ts'
import { fileRoutes } from './files.routes.ts'

export { opened, store } from './content.ts'
export { asAttachment } from './file-names.ts'
export { eraseFilesOf, eraseLater } from './files.jobs.ts'
export { byOwner } from './files.repo.ts'
export { attach, factsOf, keepOnly, release, type FileFacts } from './attach.ts'
export { received, takesBytes } from './incoming.ts'
export { upload, view, type Upload } from './files.service.ts'
export { collected, newContentKey, openRange, sealedLength, sealStream } from './sealed-stream.ts'

export const files: Feature = { routes: fileRoutes, jobs: [eraseBytes, sweepLoose] }
