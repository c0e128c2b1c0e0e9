import type { Feature } from '../index.ts'

export const notifications: Feature = { routes: async () => undefined }
