import type { Feature } from '../index.ts'

export const directory: Feature = { routes: async () => undefined }
