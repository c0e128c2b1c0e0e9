import type { Feature } from '../index.ts'

export const operations: Feature = { routes: async () => undefined }
