import type { Feature } from '../index.ts'

export const submissions: Feature = { routes: async () => undefined }
