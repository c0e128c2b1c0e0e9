import { mergeConfig } from 'vitest/config'
import viteConfig from './vite.config.ts'

export default mergeConfig(viteConfig, {
  test: { name: 'workplace-client', environment: 'happy-dom', include: ['src/**/*.test.ts'] },
})
