import { miniAppConfig } from '../kit/vite.ts'

export default miniAppConfig('forms', 7221, {
  opensOffline: { isLeftOut: (moduleId) => /\/forms\/src\/(manage|cases)\//.test(moduleId) },
})
