import type { Feature } from '../index.ts'

export const sessions: Feature = { routes: async () => undefined }
