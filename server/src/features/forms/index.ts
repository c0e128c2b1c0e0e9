import type { Feature } from '../index.ts'

export const forms: Feature = { routes: async () => undefined }
