import type { Feature } from '../index.ts'

export const reports: Feature = { routes: async () => undefined }
