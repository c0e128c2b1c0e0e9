import type { Feature } from '../index.ts'

export const completeness: Feature = { routes: async () => undefined }
